using k8s;
using k8s.Models;
using Operator.Api.Instances;
using Operator.Host.Generate;
using Operator.Plan.Actions;
using Xunit;

namespace Operator.Tests.Plan;

/// <summary>
/// Every child of an instance as it is sent, beside the tests: a change of any of them is seen in review, and a
/// change of a
/// pod template is one that rolls every cluster. UPDATE_GENERATED=1 writes the files.
/// </summary>
public sealed class GoldenChildrenTests
{
    [Fact]
    public void The_children_are_those_of_the_golden_files()
    {
        var world = new World(new InstanceSpec { Brokers = new BrokersSpec { Flush = FlushMode.Sync } });
        var folder = Path.Combine(Repository.Root, "tests/Operator.Tests/Plan/Golden");
        var children = world.Pass().Select(Child).ToList();
        world.StartPods();
        world.Elect();
        children.AddRange(world.Pass().Select(Child));

        foreach (var child in children)
            Compare(Path.Combine(folder, $"{child.Kind}.{child.Metadata.Name}.yaml"), YamlText.Of(child));
        Assert.Equal(children.Count, Directory.GetFiles(folder).Length);
    }

    static IKubernetesObject<V1ObjectMeta> Child(PlannedAction action) =>
        action switch
        {
            ApplyChild apply => apply.Desired,
            CreateChild create => create.Desired,
            _ => throw new InvalidOperationException(action.Child),
        };

    static void Compare(string path, string text)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GENERATED") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
        Assert.True(File.Exists(path), $"{path} is missing");
        Assert.Equal(File.ReadAllText(path), text);
    }
}
