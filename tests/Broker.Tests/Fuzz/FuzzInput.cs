using System.Buffers.Binary;

namespace Broker.Tests.Fuzz;

/// <summary>
/// Inputs from a seed: good ones, damaged a little. Damage is what parsers get wrong: a bit, a length that is too large
/// or negative, an end that comes early, parts twice or swapped with those of another input.
/// </summary>
sealed class FuzzInput(int seed, params byte[][] good)
{
    const int BytesMax = 8 * 1024;

    /// <summary>What the formats are made of.</summary>
    const string Signs = "\"\\{}[],:'()-+./*\u0001\u0002 \0eE0";

    static readonly int[] Lengths = [0, 1, -1, int.MaxValue, int.MinValue, 0x7FFF, 0xFFFF, 0x00FFFFFF, 0x01000000];

    readonly Random _random = new(seed);
    readonly byte[] _buffer = new byte[BytesMax];
    int _length;

    /// <summary>The next input; valid until the one after it. The parser may change it.</summary>
    public Span<byte> Next()
    {
        var start = good[_random.Next(good.Length)];
        _length = Math.Min(start.Length, BytesMax);
        start.AsSpan(0, _length).CopyTo(_buffer);
        // One in eight stays whole: what is right must be read as well.
        for (var damage = _random.Next(8); damage > 0; damage--)
            Damage();
        return _buffer.AsSpan(0, _length);
    }

    void Damage()
    {
        var at = _random.Next(_length + 1);
        switch (_random.Next(8))
        {
            case 0 when at < _length:
                _buffer[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when at < _length:
                _buffer[at] = (byte)_random.Next(256);
                break;
            case 2:
                _length = at;
                break;
            case 3 when at + 4 <= _length:
                BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(at), Lengths[_random.Next(Lengths.Length)]);
                break;
            case 4:
                Insert(at, _buffer.AsSpan(0, _random.Next(_length + 1)).ToArray());
                break;
            case 5:
                var other = good[_random.Next(good.Length)];
                Insert(at, other.AsSpan(_random.Next(other.Length + 1)).ToArray());
                break;
            case 6:
                var count = _random.Next(_length - at + 1);
                _buffer.AsSpan(at + count, _length - at - count).CopyTo(_buffer.AsSpan(at));
                _length -= count;
                break;
            default:
                Insert(at, [(byte)Signs[_random.Next(Signs.Length)]]);
                break;
        }
    }

    void Insert(int at, ReadOnlySpan<byte> bytes)
    {
        var count = Math.Min(bytes.Length, BytesMax - _length);
        _buffer.AsSpan(at, _length - at).CopyTo(_buffer.AsSpan(at + count));
        bytes[..count].CopyTo(_buffer.AsSpan(at));
        _length += count;
    }
}
