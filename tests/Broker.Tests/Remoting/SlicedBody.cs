using Broker.Remoting;

namespace Broker.Tests.Remoting;

/// <summary>A body of two slices that counts how often it was released.</summary>
sealed class SlicedBody(byte[] bytes) : IReplyBody
{
    int released;

    public int Released => Volatile.Read(ref released);

    public int Length => bytes.Length;

    public int SliceCount => 2;

    public ReadOnlyMemory<byte> Slice(int index) =>
        index == 0 ? bytes.AsMemory(0, bytes.Length / 3) : bytes.AsMemory(bytes.Length / 3);

    public void Release() => Interlocked.Increment(ref released);
}
