using System.Globalization;

namespace Hostile.Brokers;

/// <summary>
/// The time of day of a child process, by libfaketime of the package <c>faketime</c>, which reads its offset from a
/// file.
/// </summary>
sealed class FakeClock
{
    const string Library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

    readonly string file;

    FakeClock(string file) => this.file = file;

    /// <exception cref="SkippedException">The package is missing.</exception>
    public static FakeClock Create(string folder)
    {
        if (!File.Exists(Library))
            throw new SkippedException("no libfaketime: install the package faketime");
        var clock = new FakeClock(Path.Combine(folder, "clock"));
        clock.Step(TimeSpan.Zero);
        return clock;
    }

    public void ApplyTo(BrokerProcess broker)
    {
        broker.Environment["LD_PRELOAD"] = Library;
        broker.Environment["FAKETIME_TIMESTAMP_FILE"] = file;
        broker.Environment["FAKETIME_NO_CACHE"] = "1";
        broker.Environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
        broker.Environment["DONT_FAKE_MONOTONIC"] = "1";
        broker.Environment["NO_FAKE_STAT"] = "1";
    }

    /// <summary>From now on the clock differs so much from the right one.</summary>
    public void Step(TimeSpan offset)
    {
        // Renamed over the old one, so that the process never reads half a file.
        var text = offset.TotalSeconds.ToString("+0.000;-0.000;+0", CultureInfo.InvariantCulture);
        File.WriteAllText(file + ".new", text + "\n");
        File.Move(file + ".new", file, overwrite: true);
    }
}
