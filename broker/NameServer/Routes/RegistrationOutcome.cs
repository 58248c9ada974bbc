namespace Broker.NameServer.Routes;

/// <summary>The answer to a registration.</summary>
/// <param name="IsRefused">The broker must send its whole catalogue first.</param>
/// <param name="MasterAddress">For a slave: where its master is, null if there is none.</param>
/// <param name="HaAddress">For a slave: where to replicate from.</param>
public readonly record struct RegistrationOutcome(bool IsRefused, string? MasterAddress, string? HaAddress);
