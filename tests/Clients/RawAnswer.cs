using System.Text.Json.Nodes;

namespace Clients;

/// <summary>
/// An answer as it came: 0 in <see cref="Code"/> is success, everything else a reason that <see cref="Remark"/>
/// explains.
/// </summary>
public sealed record RawAnswer(int Code, string Remark, JsonObject Fields, byte[] Body);
