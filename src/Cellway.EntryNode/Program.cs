using Cellway.EntryNode;
using Cellway.Node.Hosting;

return await NodeProgram.RunAsync(EntryCommand.Create(), args);
