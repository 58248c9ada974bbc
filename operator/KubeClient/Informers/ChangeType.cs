namespace Operator.KubeClient.Informers;

public enum ChangeType
{
    Added,
    Updated,
    Deleted,
}
