using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Broker.Host.Admin;

/// <summary>
/// Options of verbs. Their names and letters are those of the reference's command line, so that its scripts go on
/// working.
/// </summary>
static class VerbOptions
{
    /// <summary>A text that must be given.</summary>
    public static Option<string> Required(string names, string description) =>
        new(First(names), Others(names)) { Description = description, Required = true };

    /// <summary>A text that may be given.</summary>
    public static Option<string?> Text(string names, string description) =>
        new(First(names), Others(names)) { Description = description };

    /// <summary>Yes or no; the name alone is yes.</summary>
    public static Option<bool> Switch(string names, string description) =>
        new(First(names), Others(names)) { Description = description };

    /// <summary>Yes, no, or not said.</summary>
    public static Option<bool?> Choice(string names, string description) =>
        new(First(names), Others(names)) { Description = description, HelpName = "true|false" };

    /// <summary>A whole number with a usual value.</summary>
    public static Option<long> Number(string names, string description, long usual, long least, long most) =>
        new(First(names), Others(names))
        {
            Description = description,
            HelpName = "number",
            DefaultValueFactory = _ => usual,
            CustomParser = result => Parse(result, least, most),
        };

    /// <summary>A whole number that may be given.</summary>
    public static Option<long?> OptionalNumber(string names, string description, long least, long most) =>
        new(First(names), Others(names))
        {
            Description = description,
            HelpName = "number",
            CustomParser = result => Parse(result, least, most),
        };

    /// <summary>A whole number that must be given.</summary>
    public static Option<long> RequiredNumber(string names, string description, long least, long most) =>
        new(First(names), Others(names))
        {
            Description = description,
            HelpName = "number",
            Required = true,
            CustomParser = result => Parse(result, least, most),
        };

    /// <summary>
    /// A point in time, ms since 1970: <c>now</c>, that number, or a local <c>yyyy-MM-dd#HH:mm:ss:SSS</c>.
    /// </summary>
    /// <param name="names">As for all.</param>
    /// <param name="description">As for all; what the value looks like is added.</param>
    /// <param name="time">The clock.</param>
    /// <param name="now">What <c>now</c> stands for, where it is not that time.</param>
    public static Option<long?> Time(string names, string description, TimeProvider time, long? now = null) =>
        new(First(names), Others(names))
        {
            Description = $"{description} now, ms since 1970, or yyyy-MM-dd#HH:mm:ss:SSS.",
            HelpName = "time",
            CustomParser = result => ParseTime(result, time, now),
        };

    static long Parse(ArgumentResult result, long least, long most)
    {
        string text = result.Tokens[0].Value;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
            result.AddError($"{NameOf(result)} takes a whole number, not '{text}'.");
        else if (number < least || number > most)
            result.AddError(
                most == long.MaxValue
                    ? $"{NameOf(result)} takes {least} or more, not {number}."
                    : $"{NameOf(result)} takes {least} to {most}, not {number}."
            );
        return number;
    }

    static long ParseTime(ArgumentResult result, TimeProvider time, long? now)
    {
        string text = result.Tokens[0].Value;
        if (text == "now")
            return now ?? time.GetUtcNow().ToUnixTimeMilliseconds();
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
            return number;
        if (
            DateTime.TryParseExact(
                text,
                ["yyyy-MM-dd#HH:mm:ss:fff", "yyyy-MM-dd#HH:mm:ss"],
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeLocal,
                out var local
            )
        )
            return new DateTimeOffset(local).ToUnixTimeMilliseconds();
        result.AddError(
            $"{NameOf(result)} takes now, ms since 1970 or a time like 2024-05-01#12:00:00:000, not '{text}'."
        );
        return 0;
    }

    static string NameOf(ArgumentResult result) => (result.Parent as OptionResult)?.Option.Name ?? "It";

    static string First(string names) => names.Split(' ')[0];

    static string[] Others(string names) => names.Split(' ')[1..];
}
