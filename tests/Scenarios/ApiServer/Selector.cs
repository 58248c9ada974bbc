using System.Text.Json.Nodes;

namespace Scenarios.ApiServer;

/// <summary>Which objects a list or a watch shows: a label selector and a field selector, both as in a query.</summary>
internal sealed class Selector
{
    readonly List<Func<JsonObject, bool>> terms = [];

    /// <exception cref="ApiException">A term is none of <c>k=v k==v k!=v k !k k in (a,b) k notin (a,b)</c>.</exception>
    public Selector(string? labels, string? fields)
    {
        foreach (var term in Split(labels))
            terms.Add(LabelTerm(term));
        foreach (var term in Split(fields))
            terms.Add(FieldTerm(term));
    }

    public bool Matches(JsonObject json) => terms.TrueForAll(t => t(json));

    static Func<JsonObject, bool> LabelTerm(string term)
    {
        var words = term.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 3 && words[1] is "in" or "notin")
        {
            var values = words[2].Trim('(', ')').Split(',', StringSplitOptions.TrimEntries);
            return words[1] == "in"
                ? json => Label(json, words[0]) is { } value && values.Contains(value)
                : json => Label(json, words[0]) is not { } value || !values.Contains(value);
        }
        if (Comparison(term) is { } comparison)
            return json => Label(json, comparison.Key) == comparison.Value == comparison.Equal;
        if (term.Contains(' ', StringComparison.Ordinal))
            throw ApiException.BadRequest($"unable to parse requirement: '{term}'");
        return term.StartsWith('!') ? json => Label(json, term[1..]) is null : json => Label(json, term) is not null;
    }

    static Func<JsonObject, bool> FieldTerm(string term)
    {
        if (Comparison(term) is not { } comparison)
            throw ApiException.BadRequest($"invalid selector: '{term}'; can't understand '{term}'");
        var path = comparison.Key.Split('.');
        return json =>
            (path.Aggregate((JsonNode?)json, (node, name) => (node as JsonObject)?[name])?.ToString() ?? "")
            == comparison.Value
            == comparison.Equal;
    }

    static (string Key, string Value, bool Equal)? Comparison(string term)
    {
        var at = term.IndexOf('=', StringComparison.Ordinal);
        if (at <= 0)
            return null;
        var equal = term[at - 1] != '!';
        var value = term[(at + 1)..].TrimStart('=').Trim();
        return (term[..(equal ? at : at - 1)].Trim(), value, equal);
    }

    static string? Label(JsonObject json, string key) => (string?)json["metadata"]?["labels"]?[key];

    // Commas inside parentheses belong to a set of values.
    static IEnumerable<string> Split(string? selector)
    {
        var depth = 0;
        var begin = 0;
        for (var i = 0; i <= (selector?.Length ?? -1); i++)
        {
            if (i == selector!.Length || selector[i] == ',' && depth == 0)
            {
                if (selector[begin..i].Trim() is { Length: > 0 } term)
                    yield return term;
                begin = i + 1;
            }
            else if (selector[i] is '(' or ')')
                depth += selector[i] == '(' ? 1 : -1;
        }
    }
}
