using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Remoting;

namespace Broker.Host.Admin;

/// <summary>What verbs ask again and again: routes, brokers, and one question with a clear failure.</summary>
sealed partial class ClusterClient
{
    /// <summary>The name servers, as they were given.</summary>
    public IReadOnlyList<string> NameServers => nameServers;

    /// <summary>Asks one server; anything but success is a failure that names the server.</summary>
    /// <exception cref="AdminFailedException">It refused, did not answer, or cannot be reached.</exception>
    public async Task<RemotingResponse> AskAsync(
        string address,
        RequestCode code,
        FieldList? fields,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken
    )
    {
        var answer = await AnswerAsync(address, code, fields, body, cancellationToken).ConfigureAwait(false);
        EnsureSuccess(address, answer);
        return answer;
    }

    /// <summary>Asks one server and gives back whatever it answers.</summary>
    /// <exception cref="AdminFailedException">It did not answer, or cannot be reached.</exception>
    public async Task<RemotingResponse> AnswerAsync(
        string address,
        RequestCode code,
        FieldList? fields,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await InvokeAsync(address, code, fields, body, Timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or TimeoutException)
        {
            throw new AdminFailedException($"{address}: {failure.Message}", failure);
        }
    }

    /// <summary>Refuses any answer but success, and names the server.</summary>
    /// <exception cref="AdminFailedException">It is another one.</exception>
    public static void EnsureSuccess(string address, RemotingResponse answer)
    {
        try
        {
            answer.EnsureSuccess();
        }
        catch (RefusedException refused)
        {
            throw new AdminFailedException($"{address} refused: {Sentence(refused)}", refused);
        }
    }

    /// <summary>Asks the name servers in turn until one answers: all know the same routes.</summary>
    /// <exception cref="AdminFailedException">None answers, or the first that does refuses.</exception>
    public async Task<RemotingResponse> AskNameServerAsync(
        RequestCode code,
        FieldList? fields,
        CancellationToken cancellationToken
    )
    {
        AdminFailedException? last = null;
        foreach (string address in nameServers)
        {
            try
            {
                return await AskAsync(address, code, fields, default, cancellationToken).ConfigureAwait(false);
            }
            catch (AdminFailedException failure) when (failure.Code is null)
            {
                last = failure;
            }
        }
        throw new AdminFailedException(
            nameServers.Length == 0
                ? "no name server is given: say -n host:port, or set NAMESRV_ADDR"
                : $"no name server answers ({last?.Message}); say where one is with -n host:port, or set NAMESRV_ADDR",
            last
        );
    }

    /// <summary>Asks every name server: what they keep they do not tell each other.</summary>
    public async Task<IReadOnlyList<(string Address, RemotingResponse Answer)>> AskNameServersAsync(
        RequestCode code,
        FieldList? fields,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken
    )
    {
        if (nameServers.Length == 0)
            throw new AdminFailedException("no name server is given: say -n host:port, or set NAMESRV_ADDR");
        var answers = new List<(string, RemotingResponse)>();
        foreach (string address in nameServers)
            answers.Add(
                (address, await AskAsync(address, code, fields, body, cancellationToken).ConfigureAwait(false))
            );
        return answers;
    }

    /// <summary>Where a topic is.</summary>
    /// <exception cref="AdminFailedException">No name server answered, or the topic has no route.</exception>
    public async Task<TopicRouteData> RouteAsync(string topic, CancellationToken cancellationToken)
    {
        var fields = new FieldList { { "topic", topic }, { "acceptStandardJsonOnly", true } };
        try
        {
            var answer = await AskNameServerAsync(RequestCode.GetRouteInfoByTopic, fields, cancellationToken)
                .ConfigureAwait(false);
            return TopicRouteData.Parse(answer.Body.Span);
        }
        catch (AdminFailedException failure) when (failure.Code == ResponseCode.TopicNotExist)
        {
            throw new AdminFailedException(
                $"no route to topic {topic} at {string.Join(';', nameServers)}: it does not exist, or no broker that "
                    + "has it is registered there; `topicList` shows what there is, `updateTopic` creates it",
                failure.InnerException
            );
        }
    }

    /// <summary>All broker groups.</summary>
    public async Task<ClusterInfo> ClusterInfoAsync(CancellationToken cancellationToken)
    {
        var answer = await AskNameServerAsync(RequestCode.GetBrokerClusterInfo, null, cancellationToken)
            .ConfigureAwait(false);
        return ClusterInfo.Parse(answer.Body.Span);
    }

    /// <summary>The brokers of a cluster, masters first in each group; null for those of all clusters.</summary>
    /// <exception cref="AdminFailedException">There is no such cluster, or no broker at all.</exception>
    public async Task<IReadOnlyList<BrokerAt>> BrokersAsync(string? cluster, CancellationToken cancellationToken)
    {
        var info = await ClusterInfoAsync(cancellationToken).ConfigureAwait(false);
        var brokers = info
            .Brokers.Where(group => cluster is null || group.Cluster == cluster)
            .OrderBy(group => group.Cluster, StringComparer.Ordinal)
            .ThenBy(group => group.BrokerName, StringComparer.Ordinal)
            .SelectMany(group => BrokerAt.Of(group))
            .ToList();
        if (brokers.Count > 0)
            return brokers;
        var known = info.Brokers.Select(group => group.Cluster).Distinct(StringComparer.Ordinal).Order();
        throw new AdminFailedException(
            info.Brokers.Count == 0
                ? $"no broker is registered at {string.Join(';', nameServers)}"
                : $"there is no cluster {cluster}; there is {string.Join(", ", known)}"
        );
    }

    /// <summary>The masters of a topic.</summary>
    public async Task<IReadOnlyList<BrokerAt>> MastersOfTopicAsync(string topic, CancellationToken cancellationToken)
    {
        var route = await RouteAsync(topic, cancellationToken).ConfigureAwait(false);
        return [.. route.BrokerDatas.SelectMany(BrokerAt.Of).Where(broker => broker.IsMaster)];
    }

    /// <summary>The first line of what a server says: what follows is often a document's address, or a stack.</summary>
    static string Sentence(RefusedException refused) => $"{refused.Message.Split('\n')[0].Trim()} ({refused.Code})";
}
