using Broker.Store;
using Xunit;

namespace Broker.Tests.Store;

public sealed class ConfigFolderTests
{
    [Fact]
    public void A_file_is_replaced_whole_and_the_version_before_is_kept()
    {
        var files = new ForgetfulFileSystem();
        var config = new ConfigFolder(files, "/store");
        Assert.Null(config.Read("topics.json"));
        config.Write("topics.json", "one"u8);
        config.Write("topics.json", "two"u8);
        Assert.Equal("two"u8.ToArray(), config.Read("topics.json"));
        Assert.Equal("one"u8.ToArray(), config.ReadBackup("topics.json"));
        files.DeleteFile("/store/config/topics.json");
        Assert.Equal("one"u8.ToArray(), config.Read("topics.json"));
    }

    [Fact]
    public void A_power_cut_leaves_the_old_version_or_the_new_one()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            var files = new ForgetfulFileSystem();
            new ConfigFolder(files, "/store").Write("topics.json", "0"u8);
            ForgetfulFileSystem? left = null;
            var countdown = random.Next(1, 40);
            var written = 0;
            void MaybeCut(string path) => left ??= --countdown == 0 ? files.AfterPowerCut(random) : null;
            files.BeforeWrite = MaybeCut;
            files.BeforeSync = MaybeCut;
            for (var version = 1; left == null; version++)
            {
                new ConfigFolder(files, "/store").Write("topics.json", BitConverter.GetBytes(version));
                written = left == null ? version : written;
            }
            var read = new ConfigFolder(left, "/store").Read("topics.json");
            Assert.NotNull(read);
            var found = read.Length == 1 ? 0 : BitConverter.ToInt32(read);
            Assert.True(found == written || found == written + 1, $"seed {seed}: {found} after {written}");
        }
    }
}
