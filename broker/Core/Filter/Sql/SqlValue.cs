namespace Broker.Core.Filter.Sql;

/// <summary>
/// A value of an expression for one message. Text is borrowed from the message or the expression. How two values
/// compare is Apache 5.3.3's: a text is read as what the other side is, and one that cannot be read is an error.
/// </summary>
readonly ref struct SqlValue
{
    readonly long _bits;
    readonly ReadOnlySpan<byte> _text;

    SqlValue(SqlKind kind, long bits, ReadOnlySpan<byte> text)
    {
        Kind = kind;
        _bits = bits;
        _text = text;
    }

    public SqlKind Kind { get; }

    public ReadOnlySpan<byte> Text => _text;

    public static SqlValue Null => default;

    public static SqlValue Error => new(SqlKind.Error, 0, default);

    public static SqlValue Of(bool value) => new(value ? SqlKind.True : SqlKind.False, 0, default);

    /// <summary>Of the smaller of the two whole kinds that can hold it.</summary>
    public static SqlValue Of(long value) => new(value == (int)value ? SqlKind.Int : SqlKind.Long, value, default);

    public static SqlValue Of(double value) => new(SqlKind.Double, BitConverter.DoubleToInt64Bits(value), default);

    public static SqlValue Of(ReadOnlySpan<byte> text) => new(SqlKind.Text, 0, text);

    /// <summary>With the other sign; nothing that is not a number has one.</summary>
    public SqlValue Negated() =>
        Kind switch
        {
            SqlKind.Int or SqlKind.Long => new SqlValue(Kind, -_bits, default),
            SqlKind.Double => Of(-Number),
            SqlKind.Error => Error,
            _ => Null,
        };

    /// <summary>Compares two values that are neither null nor errors; false when they cannot be compared.</summary>
    /// <param name="left">The left side, which decides about its conversion.</param>
    /// <param name="right">The right side.</param>
    /// <param name="order">Below, at or above 0; of kinds that never compare, below 0 as with Apache.</param>
    public static bool TryCompare(in SqlValue left, in SqlValue right, out int order)
    {
        order = -1;
        if (left.Kind == SqlKind.Text)
            return TryCompareText(left.Text, right, out order);
        if (right.Kind == SqlKind.Text)
        {
            // The reference casts the boolean to a text here, and fails.
            if (left.IsBoolean || !TryCompareText(right.Text, left, out order))
                return false;
            order = -order;
            return true;
        }
        if (left.IsBoolean || right.IsBoolean)
            order = left.IsBoolean && right.IsBoolean ? left.Kind.CompareTo(right.Kind) : -1;
        else if (left.Kind == SqlKind.Double || right.Kind == SqlKind.Double)
            order = JavaNumber.Compare(left.Number, right.Number);
        else
            order = left._bits.CompareTo(right._bits);
        return true;
    }

    bool IsBoolean => Kind is SqlKind.True or SqlKind.False;

    double Number => Kind == SqlKind.Double ? BitConverter.Int64BitsToDouble(_bits) : _bits;

    static bool TryCompareText(ReadOnlySpan<byte> text, in SqlValue other, out int order)
    {
        order = 0;
        switch (other.Kind)
        {
            case SqlKind.Text:
                order = text.SequenceCompareTo(other.Text);
                return true;
            case SqlKind.Int:
            case SqlKind.Long:
                if (!JavaNumber.TryWhole(text, out var whole) || other.Kind == SqlKind.Int && whole != (int)whole)
                    return false;
                order = whole.CompareTo(other._bits);
                return true;
            case SqlKind.Double:
                if (!JavaNumber.TryDouble(text, out var number))
                    return false;
                order = JavaNumber.Compare(number, other.Number);
                return true;
            default:
                var isTrue = System.Text.Ascii.EqualsIgnoreCase(text, "true"u8);
                order = isTrue.CompareTo(other.Kind == SqlKind.True);
                return true;
        }
    }
}
