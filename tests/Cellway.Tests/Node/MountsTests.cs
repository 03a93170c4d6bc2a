using Cellway.Node.Hosting;

namespace Cellway.Tests.Node;

public sealed class MountsTests
{
    private static readonly string[] Container =
    [
        "570 481 0:87 / / ro,relatime master:212 - overlay overlay rw,lowerdir=/a",
        "571 570 0:90 / /proc rw,nosuid - proc proc rw",
        "590 570 254:1 /volumes/cellway/_data /var/lib/cellway rw,relatime - ext4 /dev/vda1 rw",
        "nonsense",
    ];

    [Theory]
    [InlineData("/var/lib/cellway", true)]
    [InlineData("/var/lib/cellway/core", true)]
    [InlineData("/var/lib/cellway-other", false)]
    [InlineData("/var/lib", false)]
    [InlineData("/", false)]
    public void Holds_OnlyWhatLiesOnAMount(string directory, bool expected) => Assert.Equal(expected, Mounts.Holds(Container, directory));
}
