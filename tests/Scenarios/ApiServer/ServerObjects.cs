using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace Scenarios.ApiServer;

/// <summary>
/// The objects of a server as somebody other than the tested program sees and changes them: a user, a kubelet, a
/// controller. Changes go through the same rules as calls do, under the field manager <c>somebody-else</c>.
/// </summary>
public sealed class ServerObjects
{
    readonly InMemoryApiServer server;
    readonly ObjectStore store;
    readonly Writes writes;
    readonly WriteOptions somebody = new("somebody-else");

    internal ServerObjects(InMemoryApiServer server, ObjectStore store, Writes writes) =>
        (this.server, this.store, this.writes) = (server, store, writes);

    /// <summary>
    /// Called after each change with its kind (ADDED, MODIFIED, DELETED), the resource and a copy of the object.
    /// Runs under the server's lock, in the order of changes: it may change other objects, and must not wait for
    /// anything.
    /// </summary>
    public void OnChange(Action<string, string, JsonObject> react) =>
        store.Happened += e => react(e.Kind, e.Object.Type.Name, e.Object.Copy());

    /// <param name="resource">For example <c>statefulsets.apps</c>.</param>
    /// <param name="namespace">Empty for objects outside namespaces.</param>
    /// <returns>A copy; null when there is no such object.</returns>
    public JsonObject? Find(string resource, string @namespace, string name)
    {
        lock (store.Gate)
            return store.Find(server.FindByName(resource), new ObjectName(@namespace, name))?.Copy();
    }

    /// <returns>The object as a model; null when there is none.</returns>
    public T? Find<T>(string @namespace, string name)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        Find(NameOf<T>(), @namespace, name) is { } json ? KubernetesJson.Deserialize<T>(json) : null;

    public IReadOnlyList<JsonObject> List(string resource, string @namespace = "")
    {
        lock (store.Gate)
            return [.. store.List(server.FindByName(resource), @namespace).Select(o => o.Copy())];
    }

    public IReadOnlyList<T> List<T>(string @namespace = "")
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        [.. List(NameOf<T>(), @namespace).Select(o => KubernetesJson.Deserialize<T>(o))];

    /// <summary>Everything there is, for example to see that nothing is left.</summary>
    public IReadOnlyList<(string Resource, JsonObject Object)> All()
    {
        lock (store.Gate)
            return [.. store.All().Select(o => (o.Type.Name, o.Copy()))];
    }

    /// <summary>Creates an object, and its namespace when there is none. A status is stored with it.</summary>
    public JsonObject Create(string resource, JsonObject json)
    {
        lock (store.Gate)
        {
            var type = server.FindByName(resource);
            var @namespace = (string?)json["metadata"]?["namespace"] ?? "default";
            if (type.Namespaced)
                EnsureNamespace(@namespace);
            var status = json["status"]?.DeepClone();
            var created = writes.Create(type, type.Namespaced ? @namespace : "", Normal(json), somebody);
            return status is null || !type.HasStatus
                ? created.Copy()
                : Change(
                    resource,
                    created.Name.Namespace,
                    created.Name.Name,
                    live => live["status"] = status,
                    "status"
                );
        }
    }

    public T Create<T>(T entity)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        KubernetesJson.Deserialize<T>(Create(NameOf<T>(), (JsonObject)KubernetesJson.SerializeToNode(entity)));

    /// <summary>Changes an object as it is at this moment.</summary>
    /// <param name="subresource">For example <c>status</c>; empty for the object itself.</param>
    /// <returns>The object after it.</returns>
    public JsonObject Change(
        string resource,
        string @namespace,
        string name,
        Action<JsonObject> change,
        string subresource = ""
    )
    {
        lock (store.Gate)
        {
            var type = server.FindByName(resource);
            var key = new ObjectName(@namespace, name);
            var json = store.Get(type, key).Copy();
            change(json);
            return writes.Update(type, key, Normal(json), somebody with { Subresource = subresource }).Copy();
        }
    }

    public T Change<T>(string @namespace, string name, Action<T> change, string subresource = "")
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        KubernetesJson.Deserialize<T>(
            Change(
                NameOf<T>(),
                @namespace,
                name,
                json =>
                {
                    var entity = KubernetesJson.Deserialize<T>(json);
                    change(entity);
                    var changed = (JsonObject)KubernetesJson.SerializeToNode(entity);
                    json.Clear();
                    foreach (var (field, value) in changed)
                        json[field] = value?.DeepClone();
                },
                subresource
            )
        );

    public void Delete(string resource, string @namespace, string name, string propagation = "Background")
    {
        lock (store.Gate)
        {
            writes.Delete(
                server.FindByName(resource),
                new ObjectName(@namespace, name),
                new JsonObject { ["propagationPolicy"] = propagation },
                dryRun: false
            );
        }
    }

    public void Delete<T>(string @namespace, string name, string propagation = "Background")
        where T : class, IKubernetesObject<V1ObjectMeta> => Delete(NameOf<T>(), @namespace, name, propagation);

    public void EnsureNamespace(string name)
    {
        lock (store.Gate)
        {
            var type = server.FindByName("namespaces");
            if (store.Find(type, new ObjectName("", name)) is null)
                writes.Create(type, "", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } }, somebody);
        }
    }

    /// <summary>Numbers that a test put in as int would not convert to long; what came as text does.</summary>
    static JsonObject Normal(JsonObject json) => JsonNode.Parse(json.ToJsonString())!.AsObject();

    static string NameOf<T>()
    {
        var entity = typeof(T).GetKubernetesTypeMetadata();
        return entity.Group.Length == 0 ? entity.PluralName : $"{entity.PluralName}.{entity.Group}";
    }
}
