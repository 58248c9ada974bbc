using Broker.Core.Configuration;
using Broker.Core.Topics;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Protocol.Messages;

namespace Broker.Core.Registration;

/// <summary>What a registration says (protocol.md §2.4 code 103, §6.3), built anew when something changed.</summary>
sealed class RegistrationSource(BrokerOptions options, TopicTable topics, Func<BrokerStanding> standing)
{
    readonly Lock _gate = new();
    DataVersion _version;
    int _permission;
    bool _compressed;
    long _epoch;
    byte[]? _body;

    /// <summary>Time between registrations without a change.</summary>
    public TimeSpan Period => TimeSpan.FromMilliseconds(options.RegisterNameServerPeriodMs);

    /// <summary>How long a name server may take.</summary>
    public TimeSpan Timeout => TimeSpan.FromMilliseconds(options.RegisterBrokerTimeoutMs);

    /// <summary>Header and body of REGISTER_BROKER.</summary>
    public (FieldList Fields, byte[] Body) Registration()
    {
        var body = Body(out var compressed);
        var fields = Identity();
        fields.Add("haServerAddr", HaAddress());
        fields.Add("enableActingMaster", false);
        fields.Add("compressed", compressed);
        fields.Add("bodyCrc32", Crc32.OfBody(body));
        return (fields, body);
    }

    /// <summary>Header of UNREGISTER_BROKER.</summary>
    public FieldList Identity() =>
        new()
        {
            { "brokerName", options.BrokerName },
            { "brokerAddr", standing().Address.ToString() },
            { "clusterName", options.BrokerClusterName },
            { "brokerId", options.BrokerId },
        };

    /// <summary>Takes the order configuration in a name server's answer, which is empty without one.</summary>
    public void FollowOrder(ReadOnlySpan<byte> answer)
    {
        if (!answer.IsEmpty)
            topics.FollowOrder(KvTable.Parse(answer));
    }

    string HaAddress() => AdvertisedAddress.OfReplication(options, standing().Address);

    byte[] Body(out bool compressed)
    {
        var table = topics.Version;
        lock (_gate)
        {
            if (
                _body is null
                || _version != table
                || _permission != options.BrokerPermission
                || _compressed != options.CompressedRegister
                || _epoch != standing().Epoch
            )
            {
                _epoch = standing().Epoch;
                _version = table;
                _permission = options.BrokerPermission;
                _compressed = options.CompressedRegister;
                _body = Build();
            }
            compressed = _compressed;
            return _body;
        }
    }

    byte[] Build()
    {
        var table = topics.ToBody();
        // What the broker as a whole does not permit, no topic does.
        var permitted = _permission | (int)TopicPermission.Inherit;
        var configs = table.Topics.Select(t => t with { Perm = t.Perm & permitted }).ToArray();
        // Of two brokers that claim to be the master the name server believes the later election.
        var version = table.Version with
        {
            StateVersion = _epoch,
        };
        var body = new RegisterBrokerBody(version, configs, []);
        return _compressed ? body.ToCompressed() : body.ToJson();
    }
}
