using System.Text;

namespace Broker.Host.Admin.DeadLetters;

/// <summary><c>exportDeadLetters</c>: writes dead letters as CSV.</summary>
static class ExportDeadLettersVerb
{
    public static Verb Create(TimeProvider time)
    {
        var letters = new LetterOptions(time);
        var file = VerbOptions.Text("--filename -f", "The file to write; standard output unless given.");
        var verb = new Verb(
            "exportDeadLetters",
            "Write the dead letters of a consumer group as CSV.",
            call => RunAsync(call, letters.Read(call), call.Get(file)),
            "-g readers",
            "-g readers -b 2024-05-01#00:00:00:000 -e now -f letters.csv",
            "-g readers -i 7F000001003B18B4AAC23E7E5E910000"
        )
        {
            file,
        };
        verb.Validators.Add(given =>
        {
            if (given.GetResult(file) is null && given.GetResult("--output") is not null)
                given.AddError("--output goes with --filename: standard output is CSV already.");
        });
        return letters.AddTo(verb, all: true);
    }

    static async Task RunAsync(VerbCall call, LetterChoice choice, string? file)
    {
        if (file is null)
        {
            await WriteAsync(call, choice, call.Output).ConfigureAwait(false);
            return;
        }
        string path = Path.GetFullPath(file);
        try
        {
            long count = await WriteFileAsync(call, choice, path).ConfigureAwait(false);
            call.Report.Record("exported", ("file", path), ("letters", count));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AdminFailedException($"{path} cannot be written: {failure.Message}", failure);
        }
    }

    /// <summary>The file has its name only once it is whole.</summary>
    static async Task<long> WriteFileAsync(VerbCall call, LetterChoice choice, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string part = path + ".part";
        try
        {
            long count;
            var file = new StreamWriter(part, append: false, new UTF8Encoding(false));
            await using (file.ConfigureAwait(false))
                count = await WriteAsync(call, choice, file).ConfigureAwait(false);
            File.Move(part, path, overwrite: true);
            return count;
        }
        finally
        {
            File.Delete(part);
        }
    }

    static async Task<long> WriteAsync(VerbCall call, LetterChoice choice, TextWriter output)
    {
        long count = 0;
        await foreach (var letter in LetterReader.ReadAsync(call, choice).ConfigureAwait(false))
        {
            // Where there is nothing to export there is not even a heading.
            if (count++ == 0)
                await output.WriteAsync(LetterCsv.Header).ConfigureAwait(false);
            await output.WriteAsync(LetterCsv.Line(letter)).ConfigureAwait(false);
        }
        if (count == 0)
            await output.WriteAsync(LetterCsv.Header).ConfigureAwait(false);
        return count;
    }
}
