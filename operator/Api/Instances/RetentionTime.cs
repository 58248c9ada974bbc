using System.Globalization;

namespace Operator.Api.Instances;

/// <summary>The text form of a retention time: a number of hours or days. Apache counts hours.</summary>
public static class RetentionTime
{
    /// <summary>Up to 99,999 hours: more than eleven years.</summary>
    public const string Pattern = "^[1-9][0-9]{0,4}[hd]$";

    /// <summary>The hours, or null when the text is neither hours nor days.</summary>
    public static int? Hours(string? text)
    {
        if (
            text is null
            || text.Length < 2
            || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, null, out var number)
        )
            return null;
        return text[^1] switch
        {
            'h' => number,
            'd' => number * 24,
            _ => null,
        };
    }
}
