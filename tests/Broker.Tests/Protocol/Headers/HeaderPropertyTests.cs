using System.Buffers.Binary;
using System.Text;
using Broker.Protocol;
using Broker.Protocol.Headers;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Broker.Tests.Protocol.Headers;

/// <summary>What holds for every header; a failure prints the seed to replay it with.</summary>
public sealed class HeaderPropertyTests
{
    static readonly Arbitrary<Sample> Samples = Arb.From(
        from code in Gen.Choose(short.MinValue, short.MaxValue)
        from version in Gen.Choose(0, short.MaxValue)
        from opaque in ArbMap.Default.GeneratorFor<int>()
        from flag in Gen.Choose(0, 3)
        from remark in Text()
        from names in Gen.Choose(0, 12)
        from values in Text().ListOf(names)
        select new Sample(code, version, opaque, flag, remark, [.. values])
    );

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.Binary)]
    public void What_is_written_is_read_again(SerializeType type) =>
        Prop.ForAll(
                Samples,
                sample =>
                {
                    byte[] frame = Write(type, sample);
                    var header = new Header();
                    var problem = HeaderDecoder.Decode(frame, 8, frame.Length - 8, frame[4], header);
                    return problem == HeaderProblem.None && Matches(type, sample, header);
                }
            )
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.Binary)]
    public void Cut_at_any_length_it_is_refused_and_nothing_is_thrown(SerializeType type) =>
        Prop.ForAll(
                Samples,
                sample =>
                {
                    byte[] frame = Write(type, sample);
                    bool all = true;
                    for (int length = 0; length < frame.Length - 8; length++)
                    {
                        byte[] copy = [.. frame];
                        var problem = HeaderDecoder.Decode(copy, 8, length, copy[4], new Header());
                        all &= problem is HeaderProblem.NotJson or HeaderProblem.BadBinary;
                    }
                    return all;
                }
            )
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.Binary)]
    public void With_any_byte_changed_it_is_read_or_refused_but_never_throws(SerializeType type) =>
        Prop.ForAll(
                Samples,
                Arb.From(Gen.Choose(0, int.MaxValue)),
                (sample, seed) =>
                {
                    byte[] frame = Write(type, sample);
                    var random = new Random(seed);
                    var header = new Header();
                    for (int i = 0; i < 50; i++)
                    {
                        byte[] copy = [.. frame];
                        for (int flips = random.Next(1, 4); flips > 0; flips--)
                            copy[random.Next(8, copy.Length)] ^= (byte)(1 << random.Next(8));
                        if (HeaderDecoder.Decode(copy, 8, copy.Length - 8, copy[4], header) == HeaderProblem.None)
                            _ = header.Fields.ToDictionary().Count + header.Remark.Length;
                    }
                    return true;
                }
            )
            .QuickCheckThrowOnFailure();

    static Gen<string> Text() =>
        Gen.OneOf(
            Gen.Elements(
                "",
                "orders",
                "订单 🎉",
                "KEYS\u0001a b\u0002TAGS\u0001t\u0002",
                "\"quoted\" \\ / \b\f\n\r\t",
                "\u007f\u0000"
            ),
            ArbMap
                .Default.GeneratorFor<NonNull<string>>()
                .Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get)))
        );

    static byte[] Write(SerializeType type, Sample sample)
    {
        byte[] remark = Encoding.UTF8.GetBytes(sample.Remark);
        var frame = new FrameWriter(
            type,
            sample.Code,
            LanguageCode.Go,
            sample.Version,
            sample.Opaque,
            sample.Flag,
            remark
        );
        for (int i = 0; i < sample.Values.Length; i++)
            frame.Field(Encoding.UTF8.GetBytes($"name{i}"), sample.Values[i]);
        frame.Finish(0);
        byte[] bytes = frame.Written.ToArray();
        frame.Free();
        Assert.Equal(bytes.Length - 4, BinaryPrimitives.ReadInt32BigEndian(bytes));
        return bytes;
    }

    /// <summary>A binary header holds no empty values: they are read as absent.</summary>
    static bool Matches(SerializeType type, Sample sample, Header header) =>
        (header.Code, header.Version, header.Opaque, header.Flag, header.Language)
            == (sample.Code, sample.Version, sample.Opaque, sample.Flag, LanguageCode.Go)
        && Encoding.UTF8.GetString(header.Remark) == sample.Remark
        && header.Fields.Count == sample.Values.Count(value => type == SerializeType.Json || value.Length > 0)
        && Enumerable
            .Range(0, sample.Values.Length)
            .All(i => (header.Fields.GetString(Encoding.UTF8.GetBytes($"name{i}")) ?? "") == sample.Values[i]);

    sealed record Sample(int Code, int Version, int Opaque, int Flag, string Remark, string[] Values);
}
