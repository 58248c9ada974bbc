using k8s;
using k8s.Models;
using Operator.Control.Observe;
using Operator.KubeClient.Resources;

namespace Operator.Control.Apply;

/// <summary>
/// The writes of one kind of child. What was written is noted in the cache, so that the next pass does not decide on
/// an older view than this one made.
/// </summary>
sealed class ChildKind<T>(ResourceClient<T> client, IWriteNotes<T> notes) : IChildKind
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    public async Task ApplyAsync(IKubernetesObject<V1ObjectMeta> child, CancellationToken cancellationToken) =>
        notes.Wrote(
            await client.ApplyAsync((T)child, FieldManagers.Children, force: true, cancellationToken: cancellationToken)
        );

    public async Task CreateAsync(IKubernetesObject<V1ObjectMeta> child, CancellationToken cancellationToken)
    {
        child.ApiVersion = client.Resource.ApiVersion;
        notes.Wrote(await client.CreateAsync((T)child, FieldManagers.Children, cancellationToken: cancellationToken));
    }

    public async Task DeleteAsync(IKubernetesObject<V1ObjectMeta> live, CancellationToken cancellationToken) =>
        await client.DeleteAsync(
            live.Metadata.Name!,
            live.Metadata.NamespaceProperty,
            new V1DeleteOptions { Preconditions = new V1Preconditions { Uid = live.Metadata.Uid } },
            cancellationToken
        );
}
