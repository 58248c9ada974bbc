using Xunit;

namespace Broker.Tests.Core;

/// <summary>A test that asks a broker of its own, over a folder of its own.</summary>
public abstract class BrokerTest : IAsyncLifetime
{
    private protected TestFolder Folder { get; } = new();

    /// <summary>Running between <see cref="InitializeAsync"/> and <see cref="DisposeAsync"/>.</summary>
    private protected TestBroker Target { get; set; } = null!;

    public virtual async ValueTask InitializeAsync() => Target = await TestBroker.StartAsync(Folder.Path);

    public virtual async ValueTask DisposeAsync()
    {
        await Target.DisposeAsync();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
