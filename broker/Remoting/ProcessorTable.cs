using Broker.Protocol;

namespace Broker.Remoting;

/// <summary>
/// Hands each request to the processor of its code. Filled before the server starts and not changed afterwards. A code
/// without a processor is answered with 3, as every server of ours does.
/// </summary>
public sealed class ProcessorTable : IRequestHandler
{
    readonly Dictionary<int, IRequestProcessor> processors = [];
    readonly List<ServedRequest> served = [];
    bool isLeaving;

    /// <summary>
    /// Called at the end of every batch, on the receive loop; see <see cref="IRequestHandler.EndOfBatch"/>.
    /// </summary>
    public Action? BatchEnded { get; set; }

    /// <summary>Called when a connection was accepted.</summary>
    public Action<Connection>? ConnectionOpened { get; set; }

    /// <summary>Called once when a connection has ended, after its last request.</summary>
    public Action<Connection>? ConnectionClosed { get; set; }

    /// <summary>
    /// Called before every processor, for checks that concern all codes. False: it has answered already.
    /// </summary>
    public Func<Request, bool>? Admit { get; set; }

    /// <summary>
    /// The server is about to stop: clients that know the answer 1500 get it and go elsewhere, older ones are served to
    /// the end.
    /// </summary>
    public bool IsLeaving
    {
        get => Volatile.Read(ref isLeaving);
        set => Volatile.Write(ref isLeaving, value);
    }

    /// <summary>What was registered, by code: the page of codes in docs/reference is made of it.</summary>
    public IReadOnlyList<ServedRequest> Served => [.. served.OrderBy(one => one.Code)];

    /// <summary>Registers a processor. A code has one only.</summary>
    /// <param name="code">The code.</param>
    /// <param name="processor">Serves it.</param>
    /// <param name="refusals">See <see cref="ServedRequest"/>.</param>
    public ProcessorTable Map(
        RequestCode code,
        IRequestProcessor processor,
        params ReadOnlySpan<ResponseCode> refusals
    ) => Add(new ServedRequest(code, processor.GetType(), refusals.ToArray()), processor);

    /// <summary>Registers a method as the processor of a code.</summary>
    /// <param name="code">The code.</param>
    /// <param name="process">Serves it.</param>
    /// <param name="refusals">See <see cref="ServedRequest"/>.</param>
    public ProcessorTable Map(RequestCode code, Action<Request> process, params ReadOnlySpan<ResponseCode> refusals) =>
        Add(new ServedRequest(code, OwnerOf(process), refusals.ToArray()), new Method(process));

    /// <inheritdoc/>
    public void Process(Request request)
    {
        if (IsLeaving && request.Version > ClientVersion.GoAway)
        {
            request.Reply(ResponseCode.GoAway, "please go away");
            return;
        }
        if (!processors.TryGetValue((int)request.Code, out var processor))
        {
            request.Reply(ResponseCode.RequestCodeNotSupported, $" request type {(int)request.Code} not supported");
            return;
        }
        if (Admit is not null && !Admit(request))
            return;
        ServingThread.IsServing = true;
        try
        {
            processor.Process(request);
        }
        catch (PostponedException later) when (later.TryPostpone(request))
        {
            // It comes again.
        }
        finally
        {
            ServingThread.IsServing = false;
        }
    }

    /// <inheritdoc/>
    public void EndOfBatch() => BatchEnded?.Invoke();

    /// <inheritdoc/>
    public void Opened(Connection connection) => ConnectionOpened?.Invoke(connection);

    /// <inheritdoc/>
    public void Closed(Connection connection) => ConnectionClosed?.Invoke(connection);

    ProcessorTable Add(ServedRequest request, IRequestProcessor processor)
    {
        processors.Add((int)request.Code, processor);
        served.Add(request);
        return this;
    }

    /// <summary>The type that a method stands in; the compiler puts lambdas into types of its own within it.</summary>
    static Type OwnerOf(Action<Request> process)
    {
        var type = process.Method.DeclaringType!;
        while (type.Name.StartsWith('<') && type.DeclaringType is { } outer)
            type = outer;
        return type;
    }

    sealed class Method(Action<Request> process) : IRequestProcessor
    {
        public void Process(Request request) => process(request);
    }
}
