using Xunit;

namespace Operator.Tests.Api;

/// <summary>Objects, each with the rule that it breaks: words of its message, or none.</summary>
public static class RuleCases
{
    /// <summary>Kind, object, the object before, words of the message.</summary>
    public static IReadOnlyList<(string Kind, string Json, string Before, string Breaks)> Rows { get; } =
    [
        ("RocketMQInstance", Instance("{}"), "", ""),
        ("RocketMQInstance", Instance("{}", "1orders"), "", "metadata.name must start with a letter"),
        ("RocketMQInstance", Instance("{}", "orders.a"), "", "metadata.name must start with a letter"),
        ("RocketMQInstance", Instance("{}", new string('a', 40)), "", ""),
        ("RocketMQInstance", Instance("{}", new string('a', 41)), "", "metadata.name must start with a letter"),
        ("RocketMQInstance", Instance("""{"brokers":{"replicas":1}}"""), "", ""),
        ("RocketMQInstance", Instance("""{"brokers":{"replicas":3}}"""), "", "replicas must be 1"),
        ("RocketMQInstance", Instance("""{"brokers":{"config":{"transactionCheckMax":"3"}}}"""), "", ""),
        (
            "RocketMQInstance",
            Instance("""{"brokers":{"config":{"listenPort":"1"}}}"""),
            "",
            "these keys are set by the operator"
        ),
        (
            "RocketMQInstance",
            Instance("""{"brokers":{"config":{"a=b\nlistenPort":"1"}}}"""),
            "",
            "keys must start with a letter"
        ),
        ("RocketMQInstance", Instance("""{"brokers":{"storage":{"size":"512Mi"}}}"""), "", "size must be at least 1Gi"),
        ("RocketMQInstance", Storage("a"), Storage("a"), ""),
        ("Topic", Topic("""{"instanceRef":{"name":"orders"}}"""), "", ""),
        ("Topic", Topic("""{"instanceRef":{"name":"orders"}}""", "a.b"), "", "metadata.name cannot be a topic's name"),
        ("Topic", Topic("""{"instanceRef":{"name":"orders"},"topicName":"A_b"}""", "a.b"), "", ""),
        (
            "Topic",
            Topic("""{"instanceRef":{"name":"other"}}"""),
            Topic("""{"instanceRef":{"name":"orders"}}"""),
            "instanceRef cannot be changed"
        ),
        (
            "Topic",
            Topic("""{"instanceRef":{"name":"orders"},"topicName":"b"}"""),
            Topic("""{"instanceRef":{"name":"orders"}}"""),
            "topicName cannot be changed"
        ),
        (
            "Topic",
            Topic("""{"instanceRef":{"name":"orders"},"messageType":"Delay"}"""),
            Topic("""{"instanceRef":{"name":"orders"},"messageType":"Normal"}"""),
            "messageType cannot be changed"
        ),
        (
            "Topic",
            Topic("""{"instanceRef":{"name":"orders"},"messageType":"GlobalOrder","queuesPerBroker":2}"""),
            "",
            "a GlobalOrder topic has one queue"
        ),
        (
            "Topic",
            Topic("""{"instanceRef":{"name":"orders"},"messageType":"GlobalOrder","queuesPerBroker":1}"""),
            "",
            ""
        ),
        (
            "Topic",
            Topic("""{"instanceRef":{"name":"orders"},"topicName":"TBW102"}"""),
            "",
            "topicName is one that brokers use"
        ),
        (
            "Topic",
            Topic("""{"instanceRef":{"name":"orders"},"topicName":"rmq_sys_a"}"""),
            "",
            "topicName is one that brokers use"
        ),
        ("Group", Group("""{"instanceRef":{"name":"orders"}}"""), "", ""),
        ("Group", Group("""{"instanceRef":{"name":"orders"}}""", "a.b"), "", "metadata.name cannot be a group's name"),
        (
            "Group",
            Group("""{"instanceRef":{"name":"other"}}"""),
            Group("""{"instanceRef":{"name":"orders"}}"""),
            "instanceRef cannot be changed"
        ),
        (
            "Group",
            Group("""{"instanceRef":{"name":"orders"}}"""),
            Group("""{"instanceRef":{"name":"orders"},"groupName":"b"}"""),
            "groupName cannot be changed"
        ),
        (
            "Group",
            Group("""{"instanceRef":{"name":"orders"},"groupName":"TOOLS_CONSUMER"}"""),
            "",
            "groupName is one that brokers use"
        ),
        ("Group", Reset("""{"id":"1","topic":"t","to":"Timestamp"}"""), "", "offsetReset.time belongs to Timestamp"),
        (
            "Group",
            Reset("""{"id":"1","topic":"t","to":"Latest","time":"2026-01-31T08:00:00Z"}"""),
            "",
            "offsetReset.time belongs to Timestamp"
        ),
        (
            "Group",
            Reset("""{"id":"1","topic":"t","to":"Timestamp","time":"2026-02-31T08:00:00Z"}"""),
            "",
            "offsetReset.time is no time"
        ),
        (
            "Group",
            Reset("""{"id":"1","topic":"t","to":"Latest"}"""),
            Reset("""{"id":"1","topic":"t","to":"Earliest"}"""),
            "an offsetReset is carried out once per id"
        ),
    ];

    /// <summary>What CEL of Kubernetes 1.25 cannot say: the API server admits it, and the operator does not.</summary>
    public static IReadOnlyList<string> OnlyOfTheOperator { get; } =
    ["size must be at least 1Gi", "offsetReset.time is no time"];

    public static TheoryData<string, string, string, string> All
    {
        get
        {
            var data = new TheoryData<string, string, string, string>();
            foreach (var (kind, json, before, breaks) in Rows)
                data.Add(kind, json, before, breaks);
            return data;
        }
    }

    static string Storage(string className) =>
        Instance(
            """{"brokers":{"storage":{"className":"NAME"}}}""".Replace("NAME", className, StringComparison.Ordinal)
        );

    static string Instance(string spec, string name = "orders") => Object("RocketMQInstance", name, spec);

    static string Topic(string spec, string name = "payments") => Object("Topic", name, spec);

    static string Group(string spec, string name = "readers") => Object("Group", name, spec);

    static string Reset(string reset) => Group($$"""{"instanceRef":{"name":"orders"},"offsetReset":{{reset}}}""");

    static string Object(string kind, string name, string spec) =>
        $$$"""{"apiVersion":"rocketmq.io/v1alpha1","kind":"{{{kind}}}","metadata":{"name":"{{{name}}}"},"spec":"""
        + spec
        + "}";
}
