using System.CommandLine;
using Operator.Host.Generate;
using Operator.Host.Run;

var root = new RootCommand("The operator of RocketMQ on Kubernetes.") { RunCommand.Create(), GenerateCommand.Create() };

// The command handles the signals itself: it needs longer than the default two seconds to stop in order.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
