using Broker.Replication;
using Xunit;

namespace Broker.Tests.Replication;

public sealed class LeaseAnnotationsTests
{
    static readonly LeaseState Bare = new() { ResourceVersion = "1" };
    static readonly StoreId Store = StoreId.Draw(new Random(1));

    [Fact]
    public void What_is_written_is_read_back_and_foreign_annotations_stay()
    {
        var state = Bare with
        {
            Group = GroupId.Draw(new Random(2)),
            Set = new InSyncSet(3, 5, [new(Store, "orders-g0-0"), new(StoreId.Draw(new Random(3)), "orders-g0-1")]),
            Override = Store,
        };
        var annotations = new Dictionary<string, string> { ["owner"] = "me", [LeaseAnnotations.New] = "true" };

        LeaseAnnotations.Write(state, annotations);

        Assert.Equal("me", annotations["owner"]);
        Assert.False(annotations.ContainsKey(LeaseAnnotations.New));
        Assert.Equal(state, LeaseAnnotations.Read(Bare, annotations));
    }

    [Fact]
    public void A_Lease_as_the_operator_creates_it_is_empty()
    {
        var read = LeaseAnnotations.Read(Bare, new Dictionary<string, string> { [LeaseAnnotations.New] = "" });
        Assert.True(read.IsEmpty);
        Assert.True(read.IsNew);
        Assert.Null(read.Problem);
    }

    [Theory]
    [InlineData(LeaseAnnotations.Epoch, "many")]
    [InlineData(LeaseAnnotations.Epoch, "-1")]
    [InlineData(LeaseAnnotations.Epoch, "7")]
    [InlineData(LeaseAnnotations.SetVersion, "")]
    [InlineData(LeaseAnnotations.InSync, "orders-g0-0")]
    [InlineData(LeaseAnnotations.InSync, "nothex=orders-g0-0")]
    [InlineData(LeaseAnnotations.Group, "G")]
    [InlineData(LeaseAnnotations.Override, "orders-g0-0")]
    public void What_a_person_mistypes_is_named(string name, string value)
    {
        var problem = LeaseAnnotations.Read(Bare, new Dictionary<string, string> { [name] = value }).Problem;
        Assert.Contains(
            name == LeaseAnnotations.Epoch && value == "7" ? "without" : name,
            problem,
            StringComparison.Ordinal
        );
    }
}
