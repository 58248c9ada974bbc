namespace Broker.Core.Filter.Sql;

/// <summary>A value that stands in the expression: a number, a text, TRUE, FALSE or NULL.</summary>
sealed class SqlConstant : SqlNode
{
    readonly SqlKind _kind;
    readonly long _whole;
    readonly double _fraction;
    readonly byte[] _text = [];

    SqlConstant(SqlKind kind)
        : base(1) => _kind = kind;

    public SqlConstant(long whole)
        : this(SqlKind.Long) => _whole = whole;

    public SqlConstant(double fraction)
        : this(SqlKind.Double) => _fraction = fraction;

    public SqlConstant(byte[] text)
        : this(SqlKind.Text) => _text = text;

    public static SqlConstant True { get; } = new(SqlKind.True);

    public static SqlConstant False { get; } = new(SqlKind.False);

    public static SqlConstant Null { get; } = new(SqlKind.Null);

    public override bool IsCondition => _kind is SqlKind.True or SqlKind.False or SqlKind.Null;

    public bool IsNumber => _kind is SqlKind.Long or SqlKind.Double;

    public bool IsNull => _kind == SqlKind.Null;

    public SqlValue Value =>
        _kind switch
        {
            SqlKind.Long => SqlValue.Of(_whole),
            SqlKind.Double => SqlValue.Of(_fraction),
            SqlKind.Text => SqlValue.Of(_text),
            SqlKind.Null => SqlValue.Null,
            _ => SqlValue.Of(_kind == SqlKind.True),
        };

    public override SqlValue Evaluate(in SqlScope scope) => Value;
}
