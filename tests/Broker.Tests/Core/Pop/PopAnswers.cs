using Broker.Remoting;

namespace Broker.Tests.Core.Pop;

/// <summary>Reads answers.</summary>
static class PopAnswers
{
    /// <summary>A field that must be there.</summary>
    public static string Text(this RemotingResponse answer, string name) => answer.Fields[name];
}
