using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Tunnel.Entry;
using Cellway.Tests.DataPlane.Http2;

namespace Cellway.Tests.DataPlane.Tunnel;

public sealed class EntrySpliceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SlowClient_TheCoreIsStoppedByItsWindow_AndOthersGoOn()
    {
        var core = new FakeCore(FakeCore.Take);
        await using var chain = new EntryChain(1, _ => core);
        var slow = new RecordingHandler { AutoCredit = false, Keep = false };
        chain.Open(slow).SendData(EntryChain.Flight(chain.Id));
        await StreamTests.Eventually(() => chain.Sessions.Active == 1); // or the fast one may be the Core's first
        var fast = new RecordingHandler { Keep = false };
        chain.Open(fast).SendData(EntryChain.Flight(chain.Id));
        await StreamTests.Eventually(() => chain.Sessions.Active == 2);
        var sent = await SendWhileItGoesAsync(core.Streams[0]);

        // The Entry's window towards the Core, and what the buffers of the test's wires hold.
        Assert.InRange(sent - slow.Received, 0, 2 << 20);
        core.Streams[1].Stream.SendData(new byte[3 << 20]);
        await fast.WaitForAsync(3 << 20, Token);
    }

    [Fact]
    public async Task SlowCore_TheClientIsStoppedByItsWindow_AndOthersGoOn()
    {
        var core = new FakeCore(FakeCore.Take);
        await using var chain = new EntryChain(1, _ => core);
        var slow = new RecordingHandler();
        chain.Open(slow).SendData(EntryChain.Flight(chain.Id));
        await StreamTests.Eventually(() => chain.Sessions.Active == 1);
        var sent = await SendWhileItGoesAsync(slow);

        Assert.InRange(sent - core.Streams[0].Received, 0, 3 << 20);
        var other = new RecordingHandler();
        chain.Open(other).SendData(EntryChain.Flight(chain.Id));
        await StreamTests.Eventually(() => core.Streams.Count == 2);
    }

    [Fact]
    public async Task SteadyState_ForwardingAllocatesNothing()
    {
        const int Messages = 100;
        var core = new FakeCore(FakeCore.Take);
        await using var chain = new EntryChain(1, _ => core);
        var client = new RecordingHandler { Keep = false };
        chain.Open(client).SendData(EntryChain.Flight(chain.Id));
        await StreamTests.Eventually(() => chain.Server.Streams.Values.FirstOrDefault()?.Handler is EntrySplice);
        var splice = (EntrySplice)chain.Server.Streams.Values.Single().Handler;
        var message = EntryChain.Message(new byte[1000]);
        var least = long.MaxValue;
        for (var round = 0; round < 6; round++)
        {
            var allocated = 0L;
            for (var i = 0; i < Messages; i++)
            {
                allocated += Forward(splice, message);
                await client.WaitForAsync(((round * Messages) + i + 1) * message.Length, Token);
            }

            least = Math.Min(least, allocated); // other tests empty the shared pools now and then
        }

        Assert.InRange(least, 0, (24 * Messages) - 1); // the least that an object per message would cost
    }

    // Both directions, without the flush, which is the wire's.
    private static long Forward(EntrySplice splice, byte[] message)
    {
        using var turn = Turn.Begin();
        var before = GC.GetAllocatedBytesForCurrentThread();
        splice.OnCoreData(message);
        splice.OnData(message);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static async Task<long> SendWhileItGoesAsync(RecordingHandler from)
    {
        var sent = 0L;
        for (var still = 0; still < 40 && sent < 20 << 20;)
        {
            var quota = from.Stream.SendQuota();
            if (quota > 0)
            {
                from.Stream.SendData(new byte[Math.Min(quota, 100_000)]);
                sent += Math.Min(quota, 100_000);
                still = 0;
            }
            else
            {
                still++;
                await Task.Delay(5, Token);
            }
        }

        return sent;
    }
}
