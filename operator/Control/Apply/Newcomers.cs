using k8s;
using k8s.Models;
using Operator.Plan.Instances;

namespace Operator.Control.Apply;

/// <summary>
/// Makes children that were not seen to exist. What turns up under the name all the same is looked at first: a child
/// that lost its labels is taken back, and what somebody else made is left alone. Either way the API server's answer is
/// conditional on what was looked at, so a race takes nothing over.
/// </summary>
static class Newcomers
{
    /// <summary>By server-side apply; null when it is done.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="child">The child.</param>
    /// <param name="alternative">What is applied where the server finds the child invalid; null for nothing.</param>
    /// <param name="exists">The last attempt found something of that name: look before writing.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static Task<ApiFailure?> MakeAsync(
        IChildKind kind,
        IKubernetesObject<V1ObjectMeta> child,
        IKubernetesObject<V1ObjectMeta>? alternative,
        bool exists,
        CancellationToken cancellationToken
    ) =>
        RunAsync(
            kind,
            child,
            exists,
            () => ApplyAsync(kind, child, alternative, cancellationToken),
            live => kind.ApplyAsync(child, live.Metadata.Uid, cancellationToken),
            cancellationToken
        );

    /// <summary>By POST; null when it is done, or when the child was there and has its marks again.</summary>
    public static Task<ApiFailure?> CreateAsync(
        IChildKind kind,
        IKubernetesObject<V1ObjectMeta> child,
        bool exists,
        CancellationToken cancellationToken
    ) =>
        RunAsync(
            kind,
            child,
            exists,
            () => kind.CreateAsync(child, cancellationToken),
            live => kind.MarkAsync(live, child, cancellationToken),
            cancellationToken
        );

    static async Task<ApiFailure?> RunAsync(
        IChildKind kind,
        IKubernetesObject<V1ObjectMeta> child,
        bool exists,
        Func<Task> make,
        Func<IKubernetesObject<V1ObjectMeta>, Task> takeBack,
        CancellationToken cancellationToken
    )
    {
        if (!exists)
        {
            try
            {
                await make();
                return null;
            }
            catch (Exception e) when (ApiFailure.IsConflict(e))
            {
                exists = true;
            }
        }
        try
        {
            if (await kind.FindAsync(child, cancellationToken) is { } live)
            {
                if (Ownership.IsSame(live, child))
                    await takeBack(live);
                else
                    return Taken(live, child);
            }
            else
            {
                await make();
            }
            return null;
        }
        catch (Exception e) when (ApiFailure.IsOne(e) && !ApiFailure.IsNamespaceTerminating(e))
        {
            return ApiFailure.Of(e) with { Exists = exists };
        }
    }

    static ApiFailure Taken(IKubernetesObject<V1ObjectMeta> live, IKubernetesObject<V1ObjectMeta> child) =>
        Ownership.IsLeftOver(live, child)
            ? new ApiFailure(false, false, "it still belongs to the deleted instance of this name") { Exists = true }
            : new ApiFailure(true, false, Ownership.Holder(live)) { Exists = true, IsTaken = true };

    static async Task ApplyAsync(
        IChildKind kind,
        IKubernetesObject<V1ObjectMeta> child,
        IKubernetesObject<V1ObjectMeta>? alternative,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await kind.ApplyNewAsync(child, cancellationToken);
        }
        catch (Exception e) when (alternative is not null && ApiFailure.IsInvalid(e))
        {
            await kind.ApplyNewAsync(alternative, cancellationToken);
        }
        catch (Exception e) when (ApiFailure.IsVersionRefused(e))
        {
            if (await kind.FindAsync(child, cancellationToken) is null)
                await kind.ApplyAsync(child, uid: null, cancellationToken);
        }
    }
}
