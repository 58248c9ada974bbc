using System.Security.Cryptography;
using System.Text;
using k8s;

namespace Operator.Plan.Diff;

/// <summary>A short hash that tells whether something is still what it was; not for security.</summary>
public static class Fingerprint
{
    /// <summary>16 hex digits: 64 bits, and two values are compared at a time.</summary>
    public static string OfText(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));

    /// <summary>
    /// Of a model's JSON form. Models write their members in one order, and the planners use sorted maps.
    /// </summary>
    public static string OfObject(object model) => OfText(KubernetesJson.Serialize(model));
}
