using System.Text;
using Broker.NameServer.KeyValues;
using Broker.Protocol;
using Broker.Remoting;
using Microsoft.Extensions.Logging;

namespace Broker.NameServer;

/// <summary>
/// Serves UPDATE and GET_NAMESRV_CONFIG (318, 319): properties text with the keys of nameserver.conf. What is changed
/// is kept in a file of its own and applied again at the next start, over nameserver.conf. Without a place for it a
/// change holds until the name server stops, as key-value pairs do, and the answer and the log say so.
/// </summary>
sealed class SettingsProcessor
{
    /// <summary>Where files are is not for the network to say, in the reference's words.</summary>
    static readonly string[] Forbidden = ["configBlackList", "configStorePath", "kvConfigPath"];

    const string NotKept =
        "The change holds until the name server stops. "
        + "Set configStorePath or kvConfigPath in nameserver.conf to keep it.";

    readonly NameServerOptions options;
    readonly ILogger logger;
    readonly KeyValueFile? file;
    readonly Lock sync = new();
    readonly RequestTurn turn;
    SortedDictionary<string, string> changes = new(StringComparer.Ordinal);

    /// <param name="options">The settings; what was changed before is applied to them.</param>
    /// <param name="turn">Whose turn it is to change the file.</param>
    /// <param name="logger">Told which kept settings are no longer usable.</param>
    public SettingsProcessor(NameServerOptions options, RequestTurn turn, ILogger logger)
    {
        this.turn = turn;
        this.options = options;
        this.logger = logger;
        file = options.ConfigStorePath is { } path ? new KeyValueFile(path) : null;
        foreach (var (key, value) in Parse(file?.Read()))
        {
            if (NameServerKeys.TryChange(options, key, value) is { } problem)
                NameServerLog.SettingNotUsed(logger, options.ConfigStorePath!, problem);
            else
                changes[key] = value;
        }
    }

    public void Register(ProcessorTable processors) =>
        processors
            .Map(RequestCode.UpdateNameServerConfig, Update, ResponseCode.NoPermission)
            .Map(RequestCode.GetNameServerConfig, Get);

    void Get(Request request)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in NameServerKeys.Read(options))
            text.Append(key).Append('=').Append(value).Append('\n');
        request.Reply(Encoding.UTF8.GetBytes(text.ToString()));
    }

    void Update(Request request)
    {
        var wanted = Parse(request.Body).ToArray();
        if (wanted.Any(one => Forbidden.Contains(one.Key)))
            throw new RefusedException(ResponseCode.NoPermission, "Can not update config in black list.");
        using var change = turn.Take();
        lock (sync)
        {
            // Tried on copies first: all of it or nothing.
            var trial = new NameServerOptions();
            var after = new SortedDictionary<string, string>(changes, StringComparer.Ordinal);
            foreach (var (key, value) in wanted)
            {
                if (NameServerKeys.TryChange(trial, key, value) is { } problem)
                    throw new RefusedException(ResponseCode.NoPermission, problem);
                after[key] = value;
            }
            Keep(after);
            changes = after;
            foreach (var (key, value) in wanted)
                NameServerKeys.TryChange(options, key, value);
        }
        if (file is null)
            NameServerLog.SettingsNotKept(logger, string.Join(", ", wanted.Select(one => one.Key)));
        request.Reply(ResponseCode.Success, file is null ? NotKept : null);
    }

    void Keep(SortedDictionary<string, string> settings)
    {
        if (file is null)
            return;
        try
        {
            file.Write(Encoding.UTF8.GetBytes(string.Concat(settings.Select(one => $"{one.Key}={one.Value}\n"))));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(ResponseCode.SystemError, "the change could not be kept: " + failure.Message);
        }
    }

    static List<KeyValuePair<string, string>> Parse(ReadOnlySpan<byte> text)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var line in Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.Length == 0 || line[0] is '#' or '!')
                continue;
            var equals = line.IndexOf('=');
            var key = (equals < 0 ? line : line[..equals]).TrimEnd();
            pairs.Add(KeyValuePair.Create(key, equals < 0 ? "" : line[(equals + 1)..].TrimStart()));
        }
        return pairs;
    }
}
