using Broker.Tests.Store;
using Xunit;

namespace Broker.Tests.Core.Delay;

/// <summary>
/// Deliveries at a time of day under kills and power cuts at any write and sync: whatever the log still has of the
/// waiting messages is in its topic once in the end, no matter how often and where the work was cut off.
/// </summary>
public sealed class TimerCrashTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_waiting_message_comes_once_whatever_happens_meanwhile(bool isPowerCut)
    {
        for (var seed = 1; seed <= 25; seed++)
            await new Trial(seed, isPowerCut).RunAsync(crashes: 4);
    }

    sealed class Trial(int seed, bool isPowerCut)
    {
        readonly Random _random = new(seed);
        readonly HashSet<string> _safe = [];
        ForgetfulFileSystem? _left;
        int _countdown;
        int _sent;

        public async Task RunAsync(int crashes)
        {
            var timers = new TimersUnderTest(change: options => options.TimerRollWindowSlot = 40);
            for (var crash = 0; crash < crashes; crash++)
            {
                Arm(timers.Files);
                while (_left is null)
                    await WorkAsync(timers);
                timers.Files.BeforeSync = timers.Files.BeforeWrite = _ => { };
                timers = timers.Reopen(_left);
                _left = null;
            }
            for (var i = 0; i < 40; i++)
                await timers.GoOnAsync(TimeSpan.FromSeconds(10));
            Check(timers);
            timers.Dispose();
        }

        void Arm(ForgetfulFileSystem files)
        {
            _countdown = _random.Next(1, 60);
            files.BeforeWrite = files.BeforeSync = _ =>
            {
                if (Interlocked.Decrement(ref _countdown) == 0)
                    _left = isPowerCut ? files.AfterPowerCut(_random) : files.AfterKill();
            };
        }

        async Task WorkAsync(TimersUnderTest timers)
        {
            timers.Options.TimerFlushIntervalMs = _random.Next(3) == 0 ? 0 : 600_000;
            var sent = new List<string>();
            for (var i = _random.Next(6); i > 0; i--)
            {
                var body = $"{_sent++}";
                timers.Send(body, $"TIMER_DELAY_MS={_random.Next(1, 120_000)} UNIQ_KEY={_random.Next(5)}");
                sent.Add(body);
            }
            if (_random.Next(3) == 0)
                timers.Store.WriteCheckpoint();
            timers.Store.Sync();
            // What was synced before the cut is on the disk whatever it does.
            if (_left is null)
                _safe.UnionWith(sent);
            timers.Time.Advance(TimeSpan.FromMilliseconds(_random.Next(20_000)));
            for (var i = _random.Next(4); i > 0; i--)
                await timers.Work.StepAsync();
        }

        void Check(TimersUnderTest timers)
        {
            var bodies = timers.Bodies().ToArray();
            var twice = bodies.GroupBy(body => body).Where(group => group.Count() > 1).Select(group => group.Key);
            Assert.True(!twice.Any(), $"seed {seed}: twice {string.Join(' ', twice)}");
            var lost = _safe.Except(bodies);
            Assert.True(!lost.Any(), $"seed {seed}: lost {string.Join(' ', lost)}");
            Assert.Equal(0, timers.Store.Timers.Count);
        }
    }
}
