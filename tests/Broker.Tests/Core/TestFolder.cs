namespace Broker.Tests.Core;

/// <summary>A folder of its own for one test, deleted afterwards.</summary>
sealed class TestFolder : IDisposable
{
    public TestFolder() => Path = Directory.CreateTempSubdirectory("broker-test-").FullName;

    public string Path { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
