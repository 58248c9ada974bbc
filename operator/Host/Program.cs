using System.CommandLine;
using Operator.Host.Generate;
using Operator.Host.Run;

var root = new RootCommand("The operator of RocketMQ on Kubernetes.") { RunCommand.Create(), GenerateCommand.Create() };
return await root.Parse(args).InvokeAsync();
