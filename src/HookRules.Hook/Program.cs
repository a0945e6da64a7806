System.Console.Out.Write("hi");
