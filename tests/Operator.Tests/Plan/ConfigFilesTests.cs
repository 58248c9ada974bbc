using k8s.Models;
using Operator.Api.Instances;
using Operator.Plan;
using Operator.Plan.Instances;
using Xunit;

namespace Operator.Tests.Plan;

/// <summary>A broker that starts again before its pod is replaced reads the configuration that it had.</summary>
public sealed class ConfigFilesTests
{
    [Fact]
    public void A_pod_keeps_its_file_until_it_is_replaced_and_new_pods_have_one_of_their_own()
    {
        var world = new World().Settled();
        var (before, old) = (FileOf(world), Data(world));
        world.Change(s => s with { Brokers = s.Brokers with { Flush = FlushMode.Sync } });

        world.Pass();

        var after = FileOf(world);
        Assert.NotEqual(before, after);
        Assert.Equal(old[before], Data(world)[before]);
        Assert.Equal(old[before], Data(world)["broker.conf"]); // what pods of older versions read
        Assert.Contains("flushDiskType=SYNC_FLUSH", Data(world)[after], StringComparison.Ordinal);

        world.Remove<V1Pod>("orders-g0-0");
        world.StartPods();
        world.Pass();

        Assert.Equal(["broker.conf", after], Data(world).Keys.OrderByDescending(k => k == "broker.conf"));
        Assert.Equal(Data(world)[after], Data(world)["broker.conf"]);
        Assert.Empty(world.Pass());
    }

    [Fact]
    public void Name_servers_are_kept_up_in_every_file()
    {
        var world = new World().Settled();
        var before = FileOf(world);
        world.Change(s =>
            s with
            {
                NameServers = s.NameServers with { Replicas = 3 },
                Brokers = s.Brokers with { Flush = FlushMode.Sync },
            }
        );

        world.Pass();

        foreach (var file in new[] { before, "broker.conf", FileOf(world) })
            Assert.Contains("orders-ns-2.shop.svc:9876", Data(world)[file], StringComparison.Ordinal);
        Assert.Contains("flushDiskType=ASYNC_FLUSH", Data(world)[before], StringComparison.Ordinal);
    }

    [Fact]
    public void What_newer_versions_add_to_a_template_makes_no_pod_outdated()
    {
        var world = new World(new InstanceSpec { Brokers = new BrokersSpec { Flush = FlushMode.Sync } }).Settled();
        var container = Container(world);

        Assert.Equal("FallbackToLogsOnError", container.TerminationMessagePolicy);
        // The hash that version 0.1.0 gave to the same template.
        Assert.Equal(
            "aa3f45c4bc169921",
            world.Find<V1StatefulSet>("orders-g0")!.Spec!.Template.Metadata!.Annotations![Labels.Template]
        );
    }

    [Fact]
    public void A_user_may_choose_another_termination_message()
    {
        var template = System.Text.Json.Nodes.JsonNode.Parse(
            """{"spec":{"containers":[{"name":"broker","terminationMessagePolicy":"File"}]}}"""
        );
        var world = new World(new InstanceSpec { Brokers = new BrokersSpec { PodTemplate = template!.AsObject() } });
        world.Pass();
        Assert.Equal("File", Container(world).TerminationMessagePolicy);
    }

    [Theory]
    [InlineData("flushDiskType is BAD", "exit code 2 (Error): flushDiskType is BAD")]
    [InlineData("ready: x\nbroker.conf:3: no such key\n", "exit code 2 (Error): broker.conf:3: no such key")]
    [InlineData("Unhandled exception. No.\n   at A.B()\n   at C.D()", "exit code 2 (Error): Unhandled exception. No.")]
    [InlineData("""{"Timestamp":"2026","Message":"the disk is full"}""", "exit code 2 (Error): the disk is full")]
    [InlineData("{broken", "exit code 2 (Error): {broken")]
    [InlineData("", "exit code 2 (Error)")]
    public void A_broker_that_ends_again_and_again_says_why_in_the_condition(string log, string sentence)
    {
        var world = new World().Settled();
        world.Waiting("orders-g0-0", "CrashLoopBackOff");
        world.Set(
            "orders-g0-0",
            p =>
            {
                p.Status!.ContainerStatuses![0].LastState = new V1ContainerState
                {
                    Terminated = new V1ContainerStateTerminated
                    {
                        ExitCode = 2,
                        Reason = "Error",
                        Message = log,
                    },
                };
                return p;
            }
        );
        world.Pass();
        var degraded = world.Status.Conditions!.Single(c => c.Type == "Degraded");
        Assert.EndsWith($"ends again and again, last with {sentence}", degraded.Message, StringComparison.Ordinal);
    }

    static V1Container Container(World world) =>
        world.Find<V1StatefulSet>("orders-g0")!.Spec!.Template.Spec!.Containers[0];

    static string FileOf(World world) => Path.GetFileName(Container(world).Args![^1]);

    static Dictionary<string, string> Data(World world) => new(world.Find<V1ConfigMap>("orders-g0")!.Data!);
}
