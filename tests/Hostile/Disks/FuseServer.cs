using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Hostile.Disks;

/// <summary>
/// Serves one file, <c>device</c>, to the kernel through /dev/fuse, so that a loop device can stand on it. The kernel's
/// side ends with this process, so no fault of ours leaves a machine hanging. Layouts: include/uapi/linux/fuse.h, 7.31.
/// </summary>
sealed class FuseServer : IDisposable
{
    public const string FileName = "device";

    const int MaxWrite = 1024 * 1024;
    const int InHeader = 40;
    const int OutHeader = 16;
    const int Threads = 6;
    const int NoEntry = 2;
    const int InputOutput = 5;
    const int NotSupported = 38;
    const ulong FileNode = 2;

    readonly FileStream channel;
    readonly FaultyDevice device;

    public FuseServer(string mount, FaultyDevice device)
    {
        this.device = device;
        var handle = File.OpenHandle("/dev/fuse", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        channel = new FileStream(handle, FileAccess.ReadWrite, bufferSize: 0);
        Native.MountFuse(mount, $"fd={handle.DangerousGetHandle()},rootmode=40000,user_id=0,group_id=0");
        for (var i = 0; i < Threads; i++)
            new Thread(() => Serve(handle)) { IsBackground = true, Name = "fuse" }.Start();
    }

    public void Dispose() => channel.Dispose();

    void Serve(SafeFileHandle handle)
    {
        var request = new byte[InHeader + 64 + MaxWrite + 4096];
        var answer = new byte[OutHeader + MaxWrite];
        // A stream of its own: reads of /dev/fuse are requests, whole, and streams are not for several threads.
        using var own = new FileStream(
            new SafeFileHandle(handle.DangerousGetHandle(), ownsHandle: false),
            FileAccess.ReadWrite,
            bufferSize: 0
        );
        try
        {
            while (true)
            {
                int length = own.Read(request);
                if (length < InHeader)
                    return;
                int bytes = Answer(request.AsSpan(0, length), answer);
                if (bytes > 0)
                    own.Write(answer, 0, bytes);
            }
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException)
        {
            // Unmounted.
        }
    }

    int Answer(ReadOnlySpan<byte> request, byte[] answer)
    {
        uint code = U32(request, 4);
        ulong node = U64(request, 16);
        var arguments = request[InHeader..];
        var payload = answer.AsSpan(OutHeader);
        if (code is 2 or 42 or 36) // FORGET, BATCH_FORGET, INTERRUPT want no answer
            return 0;
        int result = code switch
        {
            1 => Lookup(arguments, payload),
            3 or 4 => Attributes(node, payload),
            14 or 27 => Open(node, payload),
            15 => Read(arguments, payload),
            16 => Write(arguments, payload),
            17 => Clear(payload, 80),
            18 or 25 or 29 or 34 or 38 => 0,
            20 => device.Sync() ? 0 : -InputOutput,
            26 => Initialize(arguments, payload),
            28 => 0,
            _ => -NotSupported,
        };
        int bytes = OutHeader + Math.Max(0, result);
        BinaryPrimitives.WriteInt32LittleEndian(answer, bytes);
        BinaryPrimitives.WriteInt32LittleEndian(answer.AsSpan(4), Math.Min(0, result));
        request.Slice(8, 8).CopyTo(answer.AsSpan(8));
        return bytes;
    }

    static int Initialize(ReadOnlySpan<byte> arguments, Span<byte> payload)
    {
        const uint asyncRead = 1;
        const uint bigWrites = 1 << 5;
        const uint maxPages = 1 << 22;
        Clear(payload, 64);
        Put32(payload, 0, 7);
        Put32(payload, 4, 31);
        Put32(payload, 8, U32(arguments, 8));
        Put32(payload, 12, U32(arguments, 12) & (asyncRead | bigWrites | maxPages));
        BinaryPrimitives.WriteUInt16LittleEndian(payload[16..], 64);
        BinaryPrimitives.WriteUInt16LittleEndian(payload[18..], 48);
        Put32(payload, 20, MaxWrite);
        Put32(payload, 24, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(payload[28..], MaxWrite / 4096);
        return 64;
    }

    int Lookup(ReadOnlySpan<byte> arguments, Span<byte> payload)
    {
        if (!arguments[..^1].SequenceEqual("device"u8))
            return -NoEntry;
        Clear(payload, 40);
        BinaryPrimitives.WriteUInt64LittleEndian(payload, FileNode);
        BinaryPrimitives.WriteUInt64LittleEndian(payload[16..], 3600);
        BinaryPrimitives.WriteUInt64LittleEndian(payload[24..], 3600);
        return 40 + Node(FileNode, payload[40..]);
    }

    int Attributes(ulong node, Span<byte> payload)
    {
        Clear(payload, 16);
        BinaryPrimitives.WriteUInt64LittleEndian(payload, 3600);
        return 16 + Node(node, payload[16..]);
    }

    int Node(ulong node, Span<byte> payload)
    {
        Clear(payload, 88);
        BinaryPrimitives.WriteUInt64LittleEndian(payload, node);
        bool isFile = node == FileNode;
        BinaryPrimitives.WriteUInt64LittleEndian(payload[8..], isFile ? (ulong)device.Bytes : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(payload[16..], isFile ? (ulong)device.Bytes / 512 : 0);
        const uint regularFile = 0x81A4; // 0100644
        const uint folder = 0x41ED; // 040755
        Put32(payload, 60, isFile ? regularFile : folder);
        Put32(payload, 64, 1);
        Put32(payload, 80, 4096);
        return 88;
    }

    /// <summary>Without the page cache: every request of the loop device comes here, and only it.</summary>
    static int Open(ulong node, Span<byte> payload)
    {
        const uint directIo = 1;
        Clear(payload, 16);
        Put32(payload, 8, node == FileNode ? directIo : 0);
        return 16;
    }

    int Read(ReadOnlySpan<byte> arguments, Span<byte> payload)
    {
        int size = (int)U32(arguments, 16);
        return device.Read((long)U64(arguments, 8), payload[..size]) ? size : -InputOutput;
    }

    int Write(ReadOnlySpan<byte> arguments, Span<byte> payload)
    {
        int size = (int)U32(arguments, 16);
        if (!device.Write((long)U64(arguments, 8), arguments.Slice(40, size)))
            return -InputOutput;
        Clear(payload, 8);
        Put32(payload, 0, (uint)size);
        return 8;
    }

    static int Clear(Span<byte> payload, int bytes)
    {
        payload[..bytes].Clear();
        return bytes;
    }

    static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    static void Put32(Span<byte> bytes, int at, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[at..], value);
}
