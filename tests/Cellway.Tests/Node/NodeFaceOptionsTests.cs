using Cellway.CoreNode;
using Cellway.EntryNode;
using Cellway.Model.Contracts;
using Cellway.Node.Hosting;

namespace Cellway.Tests.Node;

/// <summary>What an Entry and a Core may be told about the web server beside them.</summary>
public sealed class NodeFaceOptionsTests
{
    [Theory]
    [InlineData("127.0.0.1:8080", true, null)]
    [InlineData("[::1]:8080", true, null)]
    [InlineData("[::]:443", false, null)]
    [InlineData("[::]:443", true, "loopback")]
    [InlineData("192.0.2.1:8080", true, "loopback")]
    public void Entry_BehindAWebServer_ListensOnLoopbackOnly(string listen, bool behind, string? error)
    {
        var options = new EntryOptions { Node = new() { Role = NodeRole.Entry, StateDirectory = "state", Listen = listen }, BehindWebServer = behind };

        Check(options.EnsureValid, error);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("127.0.0.1:8443", null)]
    [InlineData("[::1]:8443", null)]
    [InlineData("127.0.0.1", "Strangers to")]
    [InlineData("localhost:8443", "Strangers to")]
    [InlineData("192.0.2.1:443", "Strangers to")]
    public void Core_StrangersTo_IsAWebServerOfThisMachine(string? site, string? error)
    {
        var options = new CoreOptions { Node = new() { Role = NodeRole.Core, StateDirectory = "state" }, StrangersTo = site };

        Check(options.EnsureValid, error);
    }

    private static void Check(Action validate, string? error)
    {
        if (error is null)
        {
            validate();
        }
        else
        {
            Assert.Contains(error, Assert.Throws<NodeStartException>(validate).Message, StringComparison.Ordinal);
        }
    }
}
