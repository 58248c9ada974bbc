namespace Operator.Control.Apply;

/// <summary>The names under which the operator owns fields. They never change, or fields are left behind.</summary>
static class FieldManagers
{
    /// <summary>Children of an instance.</summary>
    public const string Children = "rocketmq-operator";

    /// <summary>The status of our own kinds.</summary>
    public const string Status = "rocketmq-operator-status";
}
