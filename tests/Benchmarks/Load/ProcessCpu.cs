using System.Globalization;

namespace Benchmarks.Load;

/// <summary>User and system time of another process.</summary>
static class ProcessCpu
{
    /// <summary>A clock tick of /proc is 10 ms: Linux fixes what programs see at 100 Hz.</summary>
    const long MicrosPerTick = 10_000;

    /// <summary>Microseconds since the process began; 0 for process 0.</summary>
    public static long Micros(int pid)
    {
        if (pid == 0)
            return 0;
        string stat = File.ReadAllText($"/proc/{pid}/stat");
        // The second field is the program's name in parentheses and may hold anything; user time is the 14th, system
        // the 15th.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        long ticks =
            long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return ticks * MicrosPerTick;
    }
}
