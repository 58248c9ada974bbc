namespace Broker.Core.Configuration;

/// <summary>Groups the keys in <c>--help</c>.</summary>
public enum ConfigSection
{
    /// <summary>Who this broker is and where it is reached.</summary>
    Identity,

    /// <summary>Name servers and clients.</summary>
    Network,

    /// <summary>Encryption of connections.</summary>
    Tls,

    /// <summary>Topics and groups that appear on first use.</summary>
    TopicsAndGroups,

    /// <summary>Accepting messages.</summary>
    Sending,

    /// <summary>Messages that are stored now and decided upon later.</summary>
    Transactions,

    /// <summary>Handing messages out.</summary>
    Pulling,

    /// <summary>Files, flushing, retention.</summary>
    Storage,

    /// <summary>Only inside Kubernetes.</summary>
    Kubernetes,
}
