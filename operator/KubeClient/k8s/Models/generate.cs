// Writes the records of this folder from the OpenAPI document of a Kubernetes server. By hand, when models.txt changes:
//   kubectl get --raw /openapi/v2 > openapi.json
//   dotnet run --file operator/KubeClient/k8s/Models/generate.cs -- openapi.json
#:property RestorePackagesWithLockFile=false
#:property PublishAot=false
#:property NoWarn=MA0048
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

var folder = Path.GetDirectoryName(Here())!;
using var document = JsonDocument.Parse(File.ReadAllBytes(args[0]));
var definitions = document.RootElement.GetProperty("definitions");
var version = document.RootElement.GetProperty("info").GetProperty("version").GetString();
var known = new Dictionary<string, (string Group, string Name)>();
string group = "",
    prefix = "";
foreach (var line in File.ReadLines(Path.Combine(folder, "models.txt")).Where(l => l.Length > 0 && l[0] != '#'))
{
    var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    if (line[0] != ' ')
        (group, prefix) = (words[0], words[1]);
    else
        foreach (var name in words)
            known.Add($"{prefix}.{name}", (group, TypeName(group, name)));
}

var plurals = Plurals();
foreach (var (definition, (folderName, name)) in known)
{
    Directory.CreateDirectory(Path.Combine(folder, folderName));
    File.WriteAllText(Path.Combine(folder, folderName, name + ".cs"), Record(definition, name));
}

File.WriteAllText(Path.Combine(folder, "ModelsJsonContext.cs"), Context());

static string Here([CallerFilePath] string path = "") => path;

// Where two groups have a type of one name, the original puts the group before the version.
static string TypeName(string group, string name) =>
    (group, name) switch
    {
        ("Core", "Event" or "EventSeries") => "Corev1" + name,
        ("Discovery", "EndpointPort") => "Discoveryv1" + name,
        ("Rbac", "Subject") => "Rbacv1" + name,
        _ => "V1" + name,
    };

static string PropertyName(string json) =>
    json switch
    {
        "namespace" => "NamespaceProperty",
        "continue" => "ContinueProperty",
        "default" => "DefaultProperty",
        "operator" => "OperatorProperty",
        "enum" => "EnumProperty",
        "object" => "ObjectProperty",
        "readOnly" => "ReadOnlyProperty",
        "from" => "FromProperty",
        "$ref" => "RefProperty",
        "$schema" => "Schema",
        _ => string.Concat(json.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..])),
    };

Dictionary<string, (string Group, string Version, string Kind, string Plural)> Plurals()
{
    var found = new Dictionary<string, (string, string, string, string)>();
    foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject())
    {
        if (
            !path.Value.TryGetProperty("post", out var post)
            || path.Name.EndsWith('}')
            || !post.TryGetProperty("x-kubernetes-group-version-kind", out var gvk)
            || !post.TryGetProperty("parameters", out var parameters)
        )
            continue;
        var body = parameters.EnumerateArray().FirstOrDefault(p => p.GetProperty("name").GetString() == "body");
        if (
            body.ValueKind == JsonValueKind.Undefined
            || !body.GetProperty("schema").TryGetProperty("$ref", out var type)
        )
            continue;
        found[Definition(type)] = (
            gvk.GetProperty("group").GetString()!,
            gvk.GetProperty("version").GetString()!,
            gvk.GetProperty("kind").GetString()!,
            path.Name.TrimEnd('/').Split('/')[^1]
        );
    }
    return found;
}

static string Definition(JsonElement reference) => reference.GetString()!["#/definitions/".Length..];

// The C# type, whether it is a value type, and the converter that its property needs; no type when it is left out.
(string? Type, bool IsValue, string? Converter) TypeOf(JsonElement schema)
{
    if (schema.TryGetProperty("$ref", out var reference))
    {
        var definition = Definition(reference);
        return definition[(definition.LastIndexOf('.') + 1)..] switch
        {
            "Time" => ("DateTime", true, null),
            "MicroTime" => ("DateTime", true, "MicroTimeConverter"),
            "IntOrString" => ("IntOrString", false, null),
            "Quantity" => ("ResourceQuantity", false, null),
            "JSON"
            or "JSONSchemaPropsOrBool"
            or "JSONSchemaPropsOrArray"
            or "JSONSchemaPropsOrStringArray"
            or "RawExtension"
            or "FieldsV1" => ("object", false, null),
            _ when !definitions.GetProperty(definition).TryGetProperty("properties", out _) => ("object", false, null),
            _ => (known.TryGetValue(definition, out var model) ? model.Name : null, false, null),
        };
    }
    var format = schema.TryGetProperty("format", out var f) ? f.GetString() : null;
    switch (schema.TryGetProperty("type", out var t) ? t.GetString() : null)
    {
        case "string" when format == "byte":
            return ("byte[]", false, null);
        case "string":
            return ("string", false, null);
        case "boolean":
            return ("bool", true, null);
        case "integer":
            return (format == "int64" ? "long" : "int", true, null);
        case "number":
            return ("double", true, null);
        case "array":
            var item = TypeOf(schema.GetProperty("items")).Type;
            return (item is null ? null : $"IList<{item}>", false, null);
        case "object" when schema.TryGetProperty("additionalProperties", out var values):
            var value = TypeOf(values).Type;
            return (value is null ? null : $"IDictionary<string, {value}>", false, null);
        default:
            return ("object", false, null);
    }
}

string Record(string definition, string name)
{
    var schema = definitions.GetProperty(definition);
    var required = schema.TryGetProperty("required", out var names)
        ? names.EnumerateArray().Select(n => n.GetString()!).ToHashSet()
        : [];
    var properties = schema.GetProperty("properties").EnumerateObject().ToList();
    var isKind = plurals.TryGetValue(definition, out var kind);
    var hasKind =
        properties.Exists(p => p.NameEquals("kind"))
        && properties.Exists(p => p.NameEquals("apiVersion"))
        && (isKind || name is "V1Status" or "V1DeleteOptions");
    var text = new StringBuilder(Header());
    text.Append(
        $"/// <summary>{definition[(definition.LastIndexOf('.') + 1)..]} of the Kubernetes API reference.</summary>\n"
    );
    if (isKind)
        text.Append(
            "[KubernetesEntity(\n    Group = KubeGroup,\n    Kind = KubeKind,\n    ApiVersion = KubeApiVersion,\n"
                + "    PluralName = KubePluralName\n)]\n"
        );
    text.Append($"public sealed partial record {name}{Bases(properties, isKind, hasKind)}\n{{\n");
    if (isKind)
        text.Append(
            $"    public const string KubeApiVersion = \"{kind.Version}\";\n"
                + $"    public const string KubeKind = \"{kind.Kind}\";\n"
                + $"    public const string KubeGroup = \"{kind.Group}\";\n"
                + $"    public const string KubePluralName = \"{kind.Plural}\";\n\n"
        );
    foreach (var property in properties)
        text.Append(Property(property, required, isKind || hasKind ? ApiVersion(definition, name, isKind) : null));
    text.Append(
        "    /// <summary>Fields of the server that this record does not know, kept for the way back.</summary>\n"
            + "    [JsonExtensionData, JsonInclude]\n"
            + "    internal IDictionary<string, JsonElement>? Unknown { get; set; }\n}\n"
    );
    return text.ToString();
}

(string ApiVersion, string Kind) ApiVersion(string definition, string name, bool isKind)
{
    if (!isKind)
        return ("v1", name[2..]);
    var kind = plurals[definition];
    return (kind.Group.Length == 0 ? kind.Version : $"{kind.Group}/{kind.Version}", kind.Kind);
}

string Bases(List<JsonProperty> properties, bool isKind, bool hasKind)
{
    if (!isKind)
        return hasKind ? " : IKubernetesObject" : "";
    var bases = "\n    : IKubernetesObject<V1ObjectMeta>";
    foreach (var part in properties.Where(p => p.NameEquals("spec") || p.NameEquals("status")))
    {
        if (TypeOf(part.Value).Type is not { } type)
            continue;
        var optional = part.NameEquals("spec") && type.Contains("CustomResource") ? "" : "?";
        bases += $",\n        I{PropertyName(part.Name)}<{type}{optional}>";
    }
    return bases;
}

string Property(JsonProperty property, HashSet<string> required, (string ApiVersion, string Kind)? kind)
{
    var (type, isValue, converter) = TypeOf(property.Value);
    if (type is null)
        return "";
    // eventTime is called required, yet servers leave it out.
    var isRequired = required.Contains(property.Name) && property.Name != "eventTime" && property.Name != "metadata";
    var declaration = (property.Name, kind) switch
    {
        ("apiVersion", { } k) => $"public string ApiVersion {{ get; set; }} = \"{k.ApiVersion}\";",
        ("kind", { } k) => $"public string Kind {{ get; set; }} = \"{k.Kind}\";",
        ("metadata", _) when kind is not null && type == "V1ObjectMeta" =>
            "public V1ObjectMeta Metadata { get; set; } = new();",
        _ when isRequired => $"public required {type} {PropertyName(property.Name)} {{ get; set; }}",
        _ => $"public {type}? {PropertyName(property.Name)} {{ get; set; }}",
    };
    var attribute = $"    [JsonPropertyName(\"{property.Name}\")]\n";
    if (converter is not null)
        attribute += $"    [JsonConverter(typeof({converter}))]\n";
    return $"{attribute}    {declaration}\n\n";
}

string Header() =>
    $"// <auto-generated>Written by generate.cs from the OpenAPI document of Kubernetes {version}.</auto-generated>\n"
    + "#nullable enable\nusing System.Text.Json;\nusing System.Text.Json.Serialization;\n\nnamespace k8s.Models;\n\n";

string Context()
{
    var text = new StringBuilder(Header());
    text.Append("/// <summary>How the models are read and written, without reflection.</summary>\n");
    foreach (var (definition, (_, name)) in known.OrderBy(k => k.Value.Name, StringComparer.Ordinal))
        text.Append($"[JsonSerializable(typeof({name}))]\n");
    text.Append(
        "[JsonSerializable(typeof(JsonElement))]\n[JsonSerializable(typeof(System.Text.Json.Nodes.JsonNode))]\n"
            + "[JsonSerializable(typeof(System.Text.Json.Nodes.JsonObject))]\n"
            + "[JsonSerializable(typeof(System.Text.Json.Nodes.JsonArray))]\n"
            + "[JsonSerializable(typeof(List<V1JSONSchemaProps>))]\n[JsonSerializable(typeof(bool))]\n"
            + "[JsonSerializable(typeof(long))]\n[JsonSerializable(typeof(double))]\n"
            + "[JsonSerializable(typeof(Dictionary<string, string>))]\n"
    );
    text.Append("internal sealed partial class ModelsJsonContext : JsonSerializerContext;\n");
    return text.ToString();
}
