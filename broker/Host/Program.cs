using System.CommandLine;
using Broker.Host.Admin;
using Broker.Host.Commands;
using Broker.Host.Generate;

var root = new RootCommand("RocketMQ in C#. The first argument is the role of this process.")
{
    AllInOneCommand.Create(),
    BrokerCommand.Create(),
    NameServerCommand.Create(),
    AdminCommand.Create(),
    GenerateCommand.Create(),
};

// Each role handles the signals itself: it needs longer than the default two seconds to stop in order.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
