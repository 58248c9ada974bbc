using System.Text;

namespace Broker.Core.Configuration;

/// <summary>The list of keys that <c>rocketmq broker --help</c> ends with.</summary>
public static class ConfigReference
{
    /// <summary>One paragraph per section, one key per two lines: name = default, then what it does.</summary>
    public static string Write()
    {
        var defaults = new BrokerOptions();
        var text = new StringBuilder();
        foreach (var section in ConfigKeys.All.GroupBy(k => k.Section))
        {
            text.Append('\n').Append(section.Key).Append('\n');
            foreach (var key in section)
            {
                text.Append("  ").Append(key.Name).Append(" = ").Append(key.Read(defaults));
                if (key.Live)
                    text.Append("   (changes live)");
                text.Append("\n      ").Append(key.Meaning).Append('\n');
            }
        }
        return text.ToString();
    }
}
