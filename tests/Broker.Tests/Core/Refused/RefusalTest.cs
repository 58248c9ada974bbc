using Broker.Protocol;
using Broker.Tests.Remoting;
using Xunit;

namespace Broker.Tests.Core.Refused;

/// <summary>A test of refusals: they are the same with either type of header, so each is asked for with both.</summary>
public abstract class RefusalTest : BrokerTest
{
    public static TheoryData<SerializeType> Types => [SerializeType.Json, SerializeType.Binary];

    /// <summary>A message of a group that is sent back.</summary>
    private protected static (string, object)[] SentBack => [("offset", 0), ("group", "readers"), ("delayLevel", 0)];

    /// <summary>Each code with either type.</summary>
    private protected static TheoryData<RequestCode, SerializeType> WithTypes(IEnumerable<RequestCode> codes)
    {
        var data = new TheoryData<RequestCode, SerializeType>();
        foreach (var code in codes)
        {
            data.Add(code, SerializeType.Json);
            data.Add(code, SerializeType.Binary);
        }
        return data;
    }

    private protected static void AssertAnswer(ResponseCode expected, string remark, RawFrame answer) =>
        Assert.Equal((expected, remark), ((ResponseCode)answer.Header.Code, answer.Remark));
}
