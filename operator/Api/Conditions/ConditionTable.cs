namespace Operator.Api.Conditions;
public static class ConditionTable { }
