using System.Runtime.InteropServices;
using Broker.Core.Configuration;
using Broker.Remoting.Tls;
using Broker.Store;

namespace Broker.Host.Roles;

/// <summary>
/// The life of a role's process: start, one "ready:" line per listener on standard output, wait for a signal or a
/// failure, stop in bounded time, exit code.
/// </summary>
static class ProcessLife
{
    /// <summary>
    /// Answers under way (a sync flush waits up to 5 s) may take this long to leave. Together with the last flush
    /// it stays
    /// far below the 60 s that Kubernetes is asked for.
    /// </summary>
    static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(10);

    /// <summary>Ten thousand topics take a second; whoever waits for "ready:" is not kept longer than this.</summary>
    static readonly TimeSpan RegistrationGrace = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(NodeSettings settings)
    {
        OutOfMemory.EndsTheProcess();
        var logger = settings.Loggers.CreateLogger("Host");
        var stop = new TaskCompletionSource<PosixSignal>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            await using var node = await RunningNode.StartAsync(settings);
            await node.RegisteredAsync(RegistrationGrace);
            Announce(node);
            var ended = await Task.WhenAny(stop.Task, node.Failure);
            if (ended == node.Failure)
            {
                HostLog.Failed(logger, node.Failure.Exception!.GetBaseException());
                // The log cannot be trusted with another write: what is acknowledged is on disk, recovery does the
                // rest.
                return ExitCode.Failed;
            }
            HostLog.Stopping(logger, await stop.Task);
            await node.StopAsync(StopGrace);
            return ExitCode.Stopped;
        }
        catch (Exception wrong) when (wrong is ConfigException or TlsConfigurationException)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return ExitCode.BadConfiguration;
        }
        catch (Exception failure) when (failure is StoreException or IOException or System.Net.Sockets.SocketException)
        {
            HostLog.CannotStart(logger, failure.Message);
            return ExitCode.Failed;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.TrySetResult(context.Signal);
        }
    }

    static void Announce(RunningNode node)
    {
        if (node.NameServerAddress is { } nameServer)
            Console.Out.WriteLine($"ready: nameserver {Reachable.At(nameServer)}");
        if (node.BrokerAddress is { } broker)
            Console.Out.WriteLine($"ready: broker {broker}");
        if (node.HttpAddress is { } http)
            Console.Out.WriteLine($"ready: http {Reachable.At(http)}");
        Console.Out.Flush();
    }
}
