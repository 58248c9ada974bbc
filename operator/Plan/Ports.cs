namespace Operator.Plan;

/// <summary>The ports of the processes; Services use the same numbers.</summary>
public static class Ports
{
    /// <summary>Name server, remoting.</summary>
    public const int NameServer = 9876;

    /// <summary>Broker, remoting.</summary>
    public const int Broker = 10911;

    /// <summary>Broker, the same protocol again: clients send there when they avoid consumers' traffic.</summary>
    public const int BrokerFast = Broker - 2;

    /// <summary>Health, metrics, and on name servers discovery.</summary>
    public const int Http = 5557;
}
