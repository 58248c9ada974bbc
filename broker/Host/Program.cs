using System.CommandLine;
using Broker.Host.Commands;

// Each role handles the signals itself: it needs longer than the default two seconds to stop in order.
return await ProgramCommand.RunAsync(args, new InvocationConfiguration { ProcessTerminationTimeout = null });
