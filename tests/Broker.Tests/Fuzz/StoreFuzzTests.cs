using Broker.Store;
using Broker.Tests.Store;
using Xunit;

namespace Broker.Tests.Fuzz;

/// <summary>
/// A folder whose files were damaged: the store opens it or says why not, and what it then hands out are whole
/// messages.
/// </summary>
public sealed class StoreFuzzTests
{
    [Fact]
    public void A_damaged_folder_is_opened_or_refused()
    {
        var random = new Random(FuzzRun.Seed);
        for (var round = 0; round < FuzzRun.Count(2_000) / 20; round++)
        {
            var files = Written();
            var paths = Paths(files, StoreUnderTest.Root);
            for (var damage = random.Next(1, 4); damage > 0; damage--)
                Damage(files, paths[random.Next(paths.Count)], random);
            try
            {
                Reread(files);
            }
            catch (StoreException)
            {
                // Said to the operator, with what to do.
            }
            catch (Exception failure)
            {
                Assert.Fail($"seed {FuzzRun.Seed}, round {round}: {failure}");
            }
        }
    }

    static ForgetfulFileSystem Written()
    {
        using var store = new StoreUnderTest();
        for (var i = 0; i < 40; i++)
            store.Send("orders", i % 2, new string('x', i), $"KEYS\u0001k{i}\u0002TAGS\u0001t{i % 3}\u0002");
        store.Store.Abort();
        return store.Files.AfterKill();
    }

    static void Reread(ForgetfulFileSystem files)
    {
        using var again = new StoreUnderTest(files);
        for (var queue = 0; queue < 2; queue++)
        {
            var result = new ReadResult();
            var wanted = again.Store.Topic("orders").Queue(queue);
            for (var offset = wanted.MinOffset; offset.Value < wanted.MaxOffset.Value; result.Release())
            {
                again.Store.Read(wanted, offset, 32, 1 << 20, new TagFilter([3645]), result);
                Assert.True(result.NextOffset.Value > offset.Value);
                offset = result.NextOffset;
            }
        }
        var found = new ReadResult();
        again.Store.QueryByKey("orders", "k7", 32, 0, long.MaxValue, found);
        found.Release();
        again.Send("orders", 0, "after");
    }

    static void Damage(ForgetfulFileSystem files, string path, Random random)
    {
        var content = files.Content(path);
        if (content.Length == 0)
            return;
        // Most of a file is room that is not used yet.
        var at = random.Next(random.Next(2) == 0 ? content.Length : Math.Min(content.Length, 2_000));
        switch (random.Next(4))
        {
            case 0:
                content[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                random.NextBytes(content.AsSpan(at, Math.Min(20, content.Length - at)));
                break;
            case 2:
                content.AsSpan(at, Math.Min(100, content.Length - at)).Clear();
                break;
            default:
                content = content[..at];
                break;
        }
        files.Replace(path, content);
    }

    static List<string> Paths(ForgetfulFileSystem files, string directory)
    {
        var paths = new List<string>(files.Files(directory).Select(name => Path.Combine(directory, name)));
        foreach (var inner in files.Directories(directory))
            paths.AddRange(Paths(files, Path.Combine(directory, inner)));
        return paths;
    }
}
