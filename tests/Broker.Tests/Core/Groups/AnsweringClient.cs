using System.Collections.Concurrent;
using System.Text;
using Broker.Protocol;
using Broker.Remoting;

namespace Broker.Tests.Core.Groups;

/// <summary>A consumer that answers what a broker asks as it is told to, and remembers what it was asked.</summary>
sealed class AnsweringClient
{
    readonly ConcurrentQueue<(RequestCode Code, Dictionary<string, string> Fields, byte[] Body)> _asked = new();
    readonly ProcessorTable _handler = new();

    public IReadOnlyList<(RequestCode Code, Dictionary<string, string> Fields, byte[] Body)> Asked => [.. _asked];

    /// <summary>Answers a code with a code and a body; a null body leaves the broker waiting.</summary>
    public AnsweringClient With(RequestCode code, string? body, ResponseCode answer = ResponseCode.Success)
    {
        _handler.Map(
            code,
            request =>
            {
                _asked.Enqueue((code, request.Fields.ToDictionary(), request.Body.ToArray()));
                if (body is null)
                    _ = request.Token;
                else
                    request.Begin(answer).Send(Encoding.UTF8.GetBytes(body));
            }
        );
        return this;
    }

    /// <summary>Connects and joins a group.</summary>
    public async Task<RemotingClient> JoinAsync(TestBroker broker, string clientId, string group, string topic)
    {
        var settings = new RemotingClientSettings { PushHandler = _handler };
        var client = await RemotingClient.ConnectAsync(broker.Address, settings);
        await Heartbeats.SendAsync(client, Heartbeats.Consumer(clientId, group, Heartbeats.To(topic)));
        return client;
    }

    /// <summary>What a code was asked with, once it was.</summary>
    public async Task<(RequestCode Code, Dictionary<string, string> Fields, byte[] Body)> AwaitAsync(RequestCode code)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var found = _asked.FirstOrDefault(one => one.Code == code);
            if (found.Fields is not null)
                return found;
            Xunit.Assert.True(TimeProvider.System.GetElapsedTime(start) < TestBroker.Patience, $"{code} did not come");
            await Task.Yield();
        }
    }
}
